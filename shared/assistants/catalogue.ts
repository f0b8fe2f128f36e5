/** The catalogue as it is registered at Vapi: each tool with the body to send and its hash. */
import { type ToolDefinition } from "../tools/define.ts";
import {
  definitionHash,
  type Deployment,
  type VapiToolBody,
  vapiToolBody,
} from "../tools/vapi_tool.ts";

export interface CatalogueTool {
  name: string;
  slug: string;
  description: string;
  body: VapiToolBody;
  /** SHA-256 of the definition, 64 hex characters. */
  hash: string;
}

/** Prepares the tools for a deployment. */
export function prepareCatalogue(
  tools: readonly ToolDefinition[],
  deployment: Deployment,
): Promise<CatalogueTool[]> {
  return Promise.all(tools.map(async (tool) => ({
    name: tool.name,
    slug: tool.slug,
    description: tool.description,
    body: await vapiToolBody(tool, deployment),
    hash: await definitionHash(tool, deployment),
  })));
}
