import { type Credential, credentialHeaders } from "../credentials.ts";
import { loopbackUrl, type PublicHosts } from "../../double/public_hosts.ts";
import type { WebhookServer } from "../records.ts";

export interface DeliveryDeps {
  publicHosts: PublicHosts;
  credentials: ReadonlyMap<string, Credential>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

export interface Webhook {
  server: WebhookServer;
  /** Serialized body. */
  body: string;
  /** Replace or add to the headers of the server, for tests of a wrong or missing secret. */
  headers?: Record<string, string | null>;
  /** Overrides `server.timeoutSeconds`, so that tests need not wait for whole seconds. */
  timeoutMs?: number;
}

/** How the last attempt ended. */
export interface Delivery {
  /** As registered. */
  url: string;
  /** null where no answer came in time. */
  status: number | null;
  /** Text of the answer; "" without one. */
  raw: string;
  contentType: string | null;
  /** Why there is no answer. */
  problem: string | null;
  attempts: number;
  /** Milliseconds of the last attempt. */
  ms: number;
}

/**
 * Sends a webhook with the headers, authentication and time-out of its server. An attempt without a 2xx is repeated only if `backoffPlan`
 * says so; the same tool calls then arrive again.
 */
export async function deliver(deps: DeliveryDeps, webhook: Webhook): Promise<Delivery> {
  const plan = webhook.server.backoffPlan;
  for (let attempts = 1;; attempts++) {
    const delivery = { ...await attempt(deps, webhook), attempts };
    const { status } = delivery;
    const succeeded = status !== null && status >= 200 && status < 300;
    const excluded = plan?.excludedStatusCodes?.some((code) => code === status) ?? false;
    if (succeeded || excluded || plan === undefined || attempts > plan.maxRetries) return delivery;
    const factor = plan.type === "exponential" ? 2 ** (attempts - 1) : 1;
    await deps.sleep(plan.baseDelaySeconds * 1000 * factor);
  }
}

async function attempt(
  deps: DeliveryDeps,
  webhook: Webhook,
): Promise<Omit<Delivery, "attempts">> {
  const { url } = webhook.server;
  const target = loopbackUrl(deps.publicHosts, url);
  const started = performance.now();
  const ended = () => performance.now() - started;
  const none = { url, status: null, raw: "", contentType: null };
  if (target === null) {
    return { ...none, problem: `No loopback address is known for the host of ${url}`, ms: 0 };
  }
  const timeoutMs = webhook.timeoutMs ?? webhook.server.timeoutSeconds * 1000;
  try {
    const response = await fetch(target, {
      method: "POST",
      headers: webhookHeaders(deps, webhook),
      body: webhook.body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const raw = await response.text();
    const contentType = response.headers.get("content-type");
    return { url, status: response.status, raw, contentType, problem: null, ms: ended() };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const problem = timedOut ? `No answer within ${timeoutMs} ms` : `Request failed: ${error}`;
    return { ...none, problem, ms: ended() };
  }
}

/** `server.headers` override what `credentialId` and `secret` would set. */
function webhookHeaders(deps: DeliveryDeps, { server, body, headers }: Webhook): Headers {
  const result = new Headers({ "content-type": "application/json" });
  if (server.secret !== undefined) result.set("x-vapi-secret", server.secret);
  const credential = deps.credentials.get(server.credentialId ?? "");
  const authentication = credential === undefined
    ? {}
    : credentialHeaders(credential, { body, now: deps.now() });
  for (const part of [authentication, server.headers ?? {}, headers ?? {}]) {
    for (const [name, value] of Object.entries(part)) {
      if (value === null) result.delete(name);
      else result.set(name, String(value));
    }
  }
  return result;
}
