/** Three-way merge of what is ours in a phone number at Vapi: who answers it, and where its events go. A pure decision. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { SECRET_HEADER } from "../tools/vapi_tool.ts";
import type { Webhook } from "./settings.ts";

/** What we have set. */
export interface AppliedNumber {
  assistantId?: string;
  serverUrl?: string;
}

export interface WantedNumber {
  /** Null: none of our assistants answers it. */
  assistantId: string | null;
  applied: AppliedNumber;
  webhook: Webhook;
}

export interface NumberPlan {
  /** Null: there is nothing to send. */
  patch: JsonObject | null;
  /** What is ours afterwards. */
  applied: Record<string, string>;
  /** Somebody else has had it answered differently: that stays. */
  isTaken: boolean;
}

export function numberPatch(
  number: JsonObject,
  { assistantId, applied, webhook }: WantedNumber,
): NumberPlan {
  const seen = { assistantId: text(number["assistantId"]), serverUrl: serverUrlOf(number) };
  const isOthers = text(number["squadId"]) !== null || text(number["workflowId"]) !== null;
  const change: JsonObject = {};
  const ours: Record<string, string> = {};

  const mayAnswer = !isOthers &&
    (seen.assistantId === null || seen.assistantId === applied.assistantId ||
      seen.assistantId === assistantId);
  if (mayAnswer && seen.assistantId !== assistantId) change["assistantId"] = assistantId;
  if (mayAnswer && assistantId !== null) ours["assistantId"] = assistantId;

  const wantedUrl = assistantId === null ? null : webhook.url;
  const mayServe = seen.serverUrl === null || seen.serverUrl === applied.serverUrl ||
    seen.serverUrl === wantedUrl;
  if (mayServe && wantedUrl !== null) {
    if (!isJsonObject(number["server"]) || !reportsTo(number["server"], webhook)) {
      change["server"] = serverOf(number["server"] ?? null, webhook);
    }
    ours["serverUrl"] = wantedUrl;
  } else if (mayServe && seen.serverUrl !== null && seen.serverUrl === applied.serverUrl) {
    change["server"] = null;
  }

  const isChanged = Object.keys(change).length > 0;
  return {
    // The kind of number decides what may be changed.
    patch: isChanged ? { provider: number["provider"] ?? null, ...change } : null,
    applied: ours,
    isTaken: assistantId !== null && !(mayAnswer && mayServe),
  };
}

/** True if the number's events reach us. A header that Vapi hides counts as ours, since nothing else can tell. */
export function reportsTo(server: JsonObject, { url, secret, credentialId }: Webhook): boolean {
  if (server["url"] !== url) return false;
  if (credentialId !== undefined) return server["credentialId"] === credentialId;
  const headers = isJsonObject(server["headers"]) ? server["headers"] : {};
  const [, shown] = Object.entries(headers)
    .find(([name]) => name.toLowerCase() === SECRET_HEADER) ?? [];
  return shown === secret || typeof shown === "string" && shown.includes("[REDACTED]");
}

function serverUrlOf({ server }: JsonObject): string | null {
  return isJsonObject(server) ? text(server["url"]) : null;
}

/** Vapi replaces a server as a whole: what somebody else has set in it stays, except for the proof of the sender. */
function serverOf(found: JsonValue, { url, secret, credentialId }: Webhook): JsonObject {
  const { url: _url, headers: _headers, secret: _secret, credentialId: _id, ...others } =
    isJsonObject(found) ? found : {};
  return credentialId === undefined
    ? { ...others, url, headers: { [SECRET_HEADER]: secret } }
    : { ...others, url, credentialId };
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
