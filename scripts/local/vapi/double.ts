import { AccountState } from "./account_state.ts";
import { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
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
}

/** A running double. */
export interface VapiDouble {
  /** Base URL without a trailing slash, for `VAPI_BASE_URL`. */
  readonly url: string;
  readonly key: string;
  readonly state: {
    readonly tools: ReadonlyMap<string, ToolRecord>;
    readonly assistants: ReadonlyMap<string, AssistantRecord>;
  };
  /** Every change of `state`. */
  readonly journal: Journal;
  readonly requests: RequestLog;
  readonly faults: Faults;
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
  const state = new AccountState(options.now ?? Date.now);
  const faults = new Faults();
  const requests = new RequestLog();
  let latencyMs = options.latencyMs ?? 0;
  const server = createApiServer({
    state,
    key,
    faults,
    requests,
    latencyMs: () => typeof latencyMs === "number" ? latencyMs : latencyMs(),
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    state: { tools: state.tools.all, assistants: state.assistants.all },
    journal: state.journal,
    requests,
    faults,
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
