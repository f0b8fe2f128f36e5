/** Sends an agent's plan to its assistant. */
import { AppError } from "../../shared/http/errors.ts";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { ServiceError } from "../../shared/http/service_error.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";
import { type AssistantUpdate, updateBody } from "../../shared/assistants/bodies.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import { functionName, modelOf, observe } from "../../shared/assistants/observed.ts";
import type { ConflictingTool } from "../../shared/assistants/plan.ts";
import type { Settings } from "../../shared/assistants/settings.ts";

export interface UpdateInput {
  assistantId: string;
  /** As it was just read, or as that was repaired. */
  assistant: JsonObject;
  desired: Settings;
  update: AssistantUpdate;
  /** Top-level keys that `assistant` differs in from Vapi already. */
  touched: readonly string[];
  /** Of the catalogue's tools, those that it must carry afterwards. */
  toolIds: readonly string[];
  signal: AbortSignal;
}

/**
 * - `sent`: Vapi has what was planned
 * - `nothing`: there was nothing to send
 * - `links_only`: Vapi refused the settings for good, and has the tools all the same. Whoever calls keeps that, and throws `refusal`.
 */
export type Updated =
  | { what: "sent" | "nothing" }
  | { what: "links_only"; refusal: ServiceError };

/** Throws a ServiceError or AppError where not even the tools could be linked. */
export async function updateAssistant(
  { vapi, log }: Pick<SyncDeps, "vapi" | "log">,
  input: UpdateInput,
): Promise<Updated> {
  const { assistantId: id, assistant, desired, update, touched, signal } = input;
  const body = updateBody(assistant, desired, update, touched);
  if (Object.keys(body).length === 0) return { what: "nothing" };
  try {
    verifyLinks(await vapi.assistants.update(id, body, { signal }), input);
    return { what: "sent" };
  } catch (error) {
    if (!isRefusal(error)) throw isNotFound(error) ? deletedMeanwhile(id, error) : error;
    // A voice that Vapi doesn't take must not keep an assistant from tools that were replaced, or from their new secret.
    if (!await linkOnly(vapi, input)) throw error;
    log.warn("settings_refused", { assistant_id: id, error });
    return { what: "links_only", refusal: error };
  }
}

/** False if there is nothing that could be sent without the settings. */
async function linkOnly(vapi: SyncDeps["vapi"], input: UpdateInput): Promise<boolean> {
  const { desired, update, signal } = input;
  const isMore = update.send.length + update.clear.length > 0;
  if (!isMore || update.link.length + update.unlink.length + update.inline.length === 0) {
    return false;
  }
  // A model is only ever PATCHed from a GET just made.
  const assistant = await vapi.assistants.get(input.assistantId, { signal });
  if (assistant === null) return false;
  const body = updateBody(assistant, desired, { ...update, send: [], clear: [] });
  verifyLinks(await vapi.assistants.update(assistant.id, body, { signal }), input);
  return true;
}

function isRefusal(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === "invalid_request";
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "not_found";
}

/** Somebody deleted it between our GET and our PATCH. Nothing to give up for: the next attempt's GET says so, and creates it again. */
function deletedMeanwhile(id: string, cause: unknown): AppError {
  return new AppError(
    "assistant_missing",
    `Assistant ${id} was deleted while it was being updated`,
    { status: 502, cause },
  );
}

/** Vapi's answer to the PATCH is the assistant as it now is: it must carry what was just linked. */
function verifyLinks(updated: VapiAssistant, { toolIds: wanted }: UpdateInput): void {
  const { toolIds, toolRefIds } = observe(updated);
  const missing = wanted.filter((id) => !toolIds.includes(id) && !toolRefIds.includes(id));
  if (missing.length === 0) return;
  throw new ServiceError(
    `Vapi accepted the update of assistant ${updated.id} but did not link ${missing.join(", ")}`,
    {
      service: "vapi",
      status: null,
      code: "unexpected_response",
      retryable: true,
      outcomeUnknown: false,
    },
  );
}

/**
 * A record of the hand-made tools that ours took the place of, so that nothing is lost that somebody may want back.
 *
 * A tool that was unlinked still exists at Vapi: its id is enough. An inline one existed in the assistant only: its definition
 * is kept, without headers and secrets.
 */
export function replacedTools(
  assistant: JsonObject,
  { conflictingTools, inline }: {
    conflictingTools: readonly ConflictingTool[];
    inline: readonly string[];
  },
): JsonObject[] {
  const { tools } = modelOf(assistant);
  const removed = (Array.isArray(tools) ? tools : []).filter(isJsonObject).filter((tool) =>
    inline.some((name) => name === functionName(tool))
  );
  return [
    ...conflictingTools.map(({ name, vapiToolId }) => ({ name, from: "toolIds", vapiToolId })),
    ...removed.map((tool) => ({
      name: functionName(tool),
      from: "tools",
      definition: {
        type: tool["type"] ?? null,
        function: tool["function"] ?? null,
        messages: tool["messages"] ?? null,
        server: { url: isJsonObject(tool["server"]) ? tool["server"]["url"] ?? null : null },
      },
    })),
  ];
}
