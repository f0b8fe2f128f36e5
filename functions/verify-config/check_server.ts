/** Compares an assistant's server, and how the assistant authenticates there, with this deployment. */
import {
  fingerprint,
  type Fingerprints,
  SERVER_CREDENTIAL,
  SERVER_SECRET,
  SERVER_URL,
  type Webhook,
} from "../../shared/assistants/settings.ts";
import type { AssistantView } from "./assistant_view.ts";
import type { Evidence, FindingCode } from "./finding.ts";

export interface ServerState {
  assistant: Pick<AssistantView, "serverUrl" | "serverSecret" | "fingerprint">;
  lastApplied: Fingerprints | null;
  webhook: Webhook;
}

/**
 * What is wrong; null if nothing is. Somebody else's server is none of our business: the change shows as drift. No secret is part
 * of the evidence.
 */
export function checkServer(
  { assistant, lastApplied, webhook }: ServerState,
): { code: FindingCode; evidence: Evidence } | null {
  const { serverUrl, serverSecret } = assistant;
  if (serverUrl === null) return null;
  if (serverUrl !== webhook.url) {
    const isOurs = lastApplied?.[SERVER_URL] === fingerprint(SERVER_URL, serverUrl) ||
      endsAs(webhook.url, serverUrl);
    const evidence = { expected: webhook.url, found: serverUrl };
    return isOurs ? { code: "wrong_server", evidence } : null;
  }
  if (webhook.credentialId !== undefined) {
    const wanted = fingerprint(SERVER_CREDENTIAL, webhook.credentialId);
    const isProved = assistant.fingerprint(SERVER_CREDENTIAL) === wanted;
    return isProved
      ? null
      : { code: "wrong_server_secret", evidence: { expected: webhook.credentialId } };
  }
  // If Vapi hides it, compare with what we sent last.
  const isRight = serverSecret === undefined
    ? lastApplied === null ||
      lastApplied[SERVER_SECRET] === fingerprint(SERVER_SECRET, webhook.secret)
    : serverSecret === webhook.secret || provesOtherwise(assistant);
  return isRight ? null : { code: "wrong_server_secret", evidence: {} };
}

/** A credential that somebody set by hand, without a header. */
function provesOtherwise(
  { serverSecret, fingerprint: observed }: ServerState["assistant"],
): boolean {
  return serverSecret === null && typeof observed(SERVER_CREDENTIAL) === "string";
}

/** The same function on another host: an earlier deployment's, or a stale tunnel's. */
function endsAs(url: string, found: string): boolean {
  const slug = new URL(url).pathname.split("/").at(-1);
  return URL.parse(found)?.pathname.split("/").at(-1) === slug;
}
