/** Sends an agent's plan to its assistant. */
import {
  type AssistantUpdate,
  NO_CHANGES,
  topLevelKey,
  updateBody,
} from "../../shared/assistants/bodies.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import type { RejectedSetting } from "../../shared/assistants/job.ts";
import { NATIVE_TOOL_PATHS } from "../../shared/assistants/native_tools.ts";
import { functionName, modelOf, observe } from "../../shared/assistants/observed.ts";
import type { ConflictingTool, Drift } from "../../shared/assistants/plan.ts";
import { readSetting, type Settings, SYSTEM_PROMPT } from "../../shared/assistants/settings.ts";
import { AppError, ServiceError } from "../../shared/http/errors.ts";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";

export interface UpdateInput {
  assistantId: string;
  /** As just read, or as repaired after that. */
  assistant: JsonObject;
  desired: Settings;
  update: AssistantUpdate;
  /** Top-level keys in which `assistant` already differs from Vapi. */
  touched: readonly string[];
  /** Catalogue tools that it must carry afterwards. */
  toolIds: readonly string[];
  signal: AbortSignal;
}

export interface Updated {
  /** True if anything was written. */
  wrote: boolean;
  /** What Vapi refused while it took the rest. */
  rejected: RejectedSetting[];
  /** Top-level keys that were sent. */
  keys: string[];
  /** The assistant as Vapi returned it for the last write. */
  written: VapiAssistant | null;
}

/** Throws a ServiceError or AppError if not even the tools could be linked. */
export async function updateAssistant(
  { vapi, log }: Pick<SyncDeps, "vapi" | "log">,
  input: UpdateInput,
): Promise<Updated> {
  const { assistantId: id, assistant, desired, update, touched, signal } = input;
  const body = updateBody(assistant, desired, update, touched);
  const keys = Object.keys(body);
  if (keys.length === 0) return { wrote: false, rejected: [], keys, written: null };
  try {
    const written = await vapi.assistants.update(id, body, { signal });
    verifyLinks(written, input);
    return { wrote: true, rejected: [], keys, written };
  } catch (error) {
    if (!isRefusal(error)) throw isNotFound(error) ? deletedMeanwhile(id, error) : error;
    log.warn("settings_refused", { assistant_id: id, error });
    return await sendApart(vapi, input, error);
  }
}

/** A voice that Vapi refuses must not cost an assistant its tools or its other settings. */
async function sendApart(
  vapi: SyncDeps["vapi"],
  input: UpdateInput,
  refusal: ServiceError,
): Promise<Updated> {
  const { assistantId: id, assistant, desired, update, touched, signal } = input;
  const updated: Updated = { wrote: false, rejected: [], keys: [], written: null };
  const bare = updateBody(assistant, desired, { ...update, send: [], clear: [] }, touched);
  const groups = Map.groupBy([...update.send, ...update.clear], groupOf);
  // Nothing has been written yet, so it is still the assistant that was just read.
  if (Object.keys(bare).length > 0) {
    if (groups.size === 0) throw refusal;
    updated.written = await vapi.assistants.update(id, bare, { signal });
    verifyLinks(updated.written, input);
    updated.wrote = true;
    updated.keys.push(...Object.keys(bare));
  }
  for (const [group, paths] of groups) {
    const isAlone = groups.size === 1 && !updated.wrote;
    const sent = isAlone ? refusal : await sendGroup(vapi, input, paths);
    if (!(sent instanceof ServiceError)) {
      updated.wrote = true;
      updated.keys.push(...paths.map(topLevelKey));
      updated.written = sent;
      continue;
    }
    // Without these, no event would reach us, or none could be assigned to its organization.
    if (PLATFORM.includes(group)) throw sent;
    updated.rejected.push(...paths.map((path) => ({ path, reason: reasonOf(sent) })));
  }
  return updated;
}

const PLATFORM: readonly string[] = ["server", "metadata"];

/** Settings that are sent together: those of one top-level key; the prompt, and each tool of Vapi's own, by itself. */
function groupOf(path: string): string {
  if (NATIVE_TOOL_PATHS.includes(path)) return path;
  return path.startsWith(SYSTEM_PROMPT) ? SYSTEM_PROMPT : topLevelKey(path);
}

/** Sends only these settings. Returns the assistant as it is then, or the refusal if Vapi does not take them. */
async function sendGroup(
  vapi: SyncDeps["vapi"],
  { assistantId: id, desired, update, signal }: UpdateInput,
  paths: readonly string[],
): Promise<VapiAssistant | ServiceError> {
  // A model is only ever PATCHed from a GET just made.
  const assistant = await vapi.assistants.get(id, { signal });
  if (assistant === null) throw deletedMeanwhile(id);
  const part = {
    ...NO_CHANGES,
    send: update.send.filter((path) => paths.includes(path)),
    clear: update.clear.filter((path) => paths.includes(path)),
  };
  try {
    const body = updateBody(assistant, desired, part);
    if (Object.keys(body).length === 0) return assistant;
    return await vapi.assistants.update(id, body, { signal });
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** What Vapi said, without what we sent. */
function reasonOf({ message }: ServiceError): string {
  return message.replace(/^Vapi answered \d+ to [^:]*: /, "");
}

/** Vapi will never take what was sent. Decided by the status: the code in the body varies. */
export function isRefusal(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.status === 400 || error.status === 422);
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "not_found";
}

/**
 * Somebody deleted it between our GET and our PATCH. No reason to give up: the next attempt's GET finds that out and creates it
 * again.
 */
function deletedMeanwhile(id: string, cause?: unknown): AppError {
  return new AppError(
    "assistant_missing",
    `Assistant ${id} was deleted while it was being updated`,
    { status: 502, ...(cause !== undefined && { cause }) },
  );
}

/** Vapi answers the PATCH with the assistant as it now is: it must carry what was just linked. */
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
 * A record of the hand-made tools that ours replaced, so that nothing is lost that somebody may want back.
 *
 * An unlinked tool still exists at Vapi: its id is enough. An inline one existed only in the assistant: its definition is stored,
 * without headers and secrets.
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

/**
 * Drift with both values in full, for people to compare: fingerprints tell that they differ, these tell how. What was last
 * applied to a drifted setting is what the console has.
 */
export function driftValues(
  drift: readonly Drift[],
  desired: Settings,
  assistant: JsonObject,
): JsonObject[] {
  return drift.map((each) => ({
    ...each,
    values: {
      applied: desired[each.path] ?? null,
      observed: readSetting(assistant, each.path) ?? null,
    },
  }));
}
