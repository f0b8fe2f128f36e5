/** A catalogue tool as the body of `POST /tool` and `PATCH /tool/:id`, and the hash that tells versions apart. */
import { canonicalize } from "../canonical.ts";
import { hmacHex, sha256Hex } from "../hash.ts";
import { BACKOFF_PLAN, type BackoffPlan } from "../vapi/backoff_plan.ts";
import type { ToolDefinition, ToolMessage } from "./define.ts";
import { languages } from "./readers/languages.ts";
import { sayIn } from "./readers/say_in.ts";
import { toolParameters, type VapiJsonSchema } from "./json_schema.ts";

/** The deployment that a tool is registered for. */
export interface Deployment {
  /** Public base URL of the functions, without trailing slash. */
  backendUrl: string;
  /** Sent by Vapi on every call as `x-vapi-secret`, unless a credential does that. */
  webhookSecret: string;
  /** A credential stored at Vapi that authenticates its requests instead of the header. */
  credentialId?: string;
}

/** One language's form of a message; Vapi says the one in the language of the call. */
type SpokenContent = { type: "text"; text: string; language: string };

export type VapiToolBody = {
  type: "function";
  async: false;
  function: { name: string; description: string; parameters: VapiJsonSchema };
  server: {
    url: string;
    timeoutSeconds: number;
    backoffPlan: BackoffPlan;
    credentialId?: string;
    headers: { [name: string]: string };
  };
  messages: (ToolMessage & { contents: SpokenContent[] })[];
};

/** Carries the definition hash at Vapi, so that a tool whose creation was never answered is recognised. */
export const DEFINITION_HEADER = "x-tool-definition";

export const SECRET_HEADER = "x-vapi-secret";

/** `${backendUrl}/${slug}`: where Vapi sends the tool's calls. */
export function toolUrl(tool: Pick<ToolDefinition, "slug">, backendUrl: string): string {
  return `${backendUrl}/${tool.slug}`;
}

/**
 * What is sent to Vapi. The tool's name stands in `function.name` only: Vapi refuses a top-level `name`.
 * `async` is false because Vapi ignores the answer of an asynchronous tool.
 */
export async function vapiToolBody(
  tool: ToolDefinition,
  deployment: Deployment,
): Promise<VapiToolBody> {
  const { webhookSecret, credentialId } = deployment;
  const body = withoutHeaders(tool, deployment);
  return {
    ...body,
    server: {
      ...body.server,
      headers: {
        ...(credentialId === undefined ? { [SECRET_HEADER]: webhookSecret } : {}),
        [DEFINITION_HEADER]: await definitionHash(tool, deployment),
      },
    },
  };
}

/**
 * SHA-256 (64 hex characters) of the definition as sent, the endpoint's URL and a keyed digest of the webhook
 * secret, so that a rotated secret re-registers the tools. The secret itself is not in it.
 */
export async function definitionHash(
  tool: ToolDefinition,
  deployment: Deployment,
): Promise<string> {
  const secretDigest = await hmacHex("sha256", deployment.webhookSecret, "vapi tool definition");
  return await sha256Hex(canonicalize({ ...withoutHeaders(tool, deployment), secretDigest }));
}

function withoutHeaders(tool: ToolDefinition, { backendUrl, credentialId }: Deployment) {
  return {
    type: "function" as const,
    async: false as const,
    function: { name: tool.name, description: tool.description, parameters: toolParameters(tool) },
    server: {
      url: toolUrl(tool, backendUrl),
      timeoutSeconds: tool.timeoutSeconds,
      backoffPlan: structuredClone(BACKOFF_PLAN),
      ...(credentialId === undefined ? {} : { credentialId }),
    },
    messages: tool.messages.map(inEachLanguage),
  };
}

function inEachLanguage(message: ToolMessage): VapiToolBody["messages"][number] {
  return {
    ...message,
    contents: languages.map(({ code }) => ({
      type: "text",
      text: sayIn(code, message.content),
      language: code,
    })),
  };
}
