/** Asks the tools' endpoints, at the URL that Vapi uses, whether they exist and admit the right callers. */
import type { CatalogueTool } from "../../shared/assistants/catalogue.ts";
import { type Finding, finding } from "./finding.ts";

const TIMEOUT_MS = 10_000;

/** A request without a tool call: an endpoint that admits it has nothing to do, and says so. */
const PROBE = { message: { type: "tool-calls", toolCallList: [] } };

/** One finding at most per tool. */
export async function checkEndpoints(
  catalogue: readonly CatalogueTool[],
  get: typeof fetch = fetch,
): Promise<Finding[]> {
  const findings = await Promise.all(catalogue.map((tool) => checkEndpoint(tool, get)));
  return findings.flat();
}

async function checkEndpoint({ name, body }: CatalogueTool, get: typeof fetch): Promise<Finding[]> {
  const { url, headers, credentialId } = body.server;
  const probe = async (headers: Record<string, string>) => {
    const response = await get(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(PROBE),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  };
  try {
    const open = await probe({});
    if (open === 404 || open >= 500) {
      return [finding("unreachable", { tool: name, expected: url, found: open })];
    }
    if (open !== 401) return [finding("unprotected", { tool: name, expected: 401, found: open })];
    // Only Vapi knows what a credential at Vapi sends.
    if (credentialId !== undefined) return [];
    const status = await probe(headers);
    return status === 200
      ? []
      : [finding("unauthorized", { tool: name, expected: 200, found: status })];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [finding("unreachable", { tool: name, expected: url, found: reason })];
  }
}
