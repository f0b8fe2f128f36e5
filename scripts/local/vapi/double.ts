import { setTimeout as delay } from "node:timers/promises";
import { AccountState } from "./account_state.ts";
import { type Calls, createCalls } from "./calls/mod.ts";
import type { Credential } from "./credentials.ts";
import { createDashboard, type Dashboard } from "./dashboard.ts";
import { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { PublicHosts } from "./public_hosts.ts";
import type { AssistantRecord, ToolRecord } from "./records.ts";
import { RequestLog } from "./request_log.ts";
import { createApiServer } from "./server.ts";

export interface VapiDoubleOptions {
  /** The private key that requests must carry; a random one by default. */
  key?: string;
  /** Latency of every request in milliseconds, or a function that is asked each time; default 0. */
  latencyMs?: number | (() => number);
  /** Port on loopback; a free one by default. */
  port?: number;
  /** Clock of createdAt and updatedAt, in milliseconds since 1970. */
  now?: () => number;
  /** Public-looking host → base URL on loopback; see `VapiDouble.publicHosts`. */
  publicHosts?: Record<string, string>;
  /** Waits between the attempts of a `backoffPlan`; real time by default. */
  sleep?: (ms: number) => Promise<void>;
}

/** A running double. */
export interface VapiDouble {
  /** Base URL without a trailing slash, for `VAPI_BASE_URL`. */
  readonly url: string;
  readonly key: string;
  /** Every private key of the account; at first that one. */
  readonly keys: Set<string>;
  readonly state: {
    readonly tools: ReadonlyMap<string, ToolRecord>;
    readonly assistants: ReadonlyMap<string, AssistantRecord>;
  };
  /** Every change of `state`. */
  readonly journal: Journal;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Changes by hand, past HTTP. */
  readonly dashboard: Dashboard;
  /** Plays assistants during calls. */
  readonly calls: Calls;
  /** Where webhooks for a public-looking host really go; may be filled later. */
  readonly publicHosts: PublicHosts;
  /** Webhook credentials by the id that `server.credentialId` names. */
  readonly credentials: Map<string, Credential>;
  setLatency(latencyMs: number | (() => number)): void;
  /** Closes the server and all its connections. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server that behaves as the API of Vapi does: keeps tools and assistants, refuses
 * what Vapi refuses in Vapi's words, and plays calls.
 */
export async function startVapiDouble(options: VapiDoubleOptions = {}): Promise<VapiDouble> {
  const key = options.key ?? crypto.randomUUID();
  const keys = new Set([key]);
  const now = options.now ?? Date.now;
  const state = new AccountState(now);
  const publicHosts: PublicHosts = new Map(Object.entries(options.publicHosts ?? {}));
  const credentials = new Map<string, Credential>();
  const sleep = options.sleep ?? ((ms: number) => delay(ms));
  const faults = new Faults();
  const requests = new RequestLog();
  let latencyMs = options.latencyMs ?? 0;
  const server = createApiServer({
    state,
    keys,
    faults,
    requests,
    latencyMs: () => typeof latencyMs === "number" ? latencyMs : latencyMs(),
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    keys,
    state: { tools: state.tools.all, assistants: state.assistants.all },
    journal: state.journal,
    requests,
    faults,
    dashboard: createDashboard(state),
    calls: createCalls({ state, publicHosts, credentials, now, sleep }),
    publicHosts,
    credentials,
    setLatency: (value) => {
      latencyMs = value;
    },
    close: () => close(server),
  };
}

type ApiServer = ReturnType<typeof createApiServer>;

function listen(server: ApiServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address === "object") resolve(address.port);
      else reject(new Error(`Cannot tell the port of the Vapi double: ${address}`));
    });
  });
}

function close(server: ApiServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => error ? reject(error) : resolve());
    server.closeAllConnections();
  });
}
