import { setTimeout as delay } from "node:timers/promises";
import type { Faults } from "../double/faults.ts";
import { startHttpDouble } from "../double/http_double.ts";
import type { PublicHosts } from "../double/public_hosts.ts";
import type { RequestLog } from "../double/request_log.ts";
import { Account } from "./account.ts";
import { answerRequest, type RefusedBody, routeOf } from "./api.ts";
import { type Calls, createCalls } from "./calls/mod.ts";
import type { Credential } from "./credentials.ts";
import type { Journal } from "./journal.ts";
import type { AssistantRecord, PhoneNumberRecord, SquadRecord, ToolRecord } from "./records.ts";
import { errorBody } from "./refusal.ts";

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
  /** Every private key of the account; at first only that one. */
  readonly keys: Set<string>;
  readonly state: {
    readonly tools: ReadonlyMap<string, ToolRecord>;
    readonly assistants: ReadonlyMap<string, AssistantRecord>;
    readonly phoneNumbers: ReadonlyMap<string, PhoneNumberRecord>;
    readonly squads: ReadonlyMap<string, SquadRecord>;
  };
  /** Every change of tools and assistants. */
  readonly journal: Journal;
  readonly requests: RequestLog;
  /** Bodies that the rules refused with 400. A test that sends one on purpose removes it. */
  readonly refusedBodies: RefusedBody[];
  readonly faults: Faults;
  /** Changes by hand, bypassing HTTP. */
  readonly dashboard: Dashboard;
  /** Plays assistants during calls. */
  readonly calls: Calls;
  /** Where webhooks for a public-looking host really go; may be filled later. */
  readonly publicHosts: PublicHosts;
  /** Webhook credentials by the id that `server.credentialId` names. */
  readonly credentials: Map<string, Credential>;
  setLatency(latencyMs: number | (() => number)): void;
  /** Resets it to its initial state: no resources, no faults, no latency, empty logs. */
  reset(): void;
  /** Closes the server and all its connections. */
  close(): Promise<void>;
}

/**
 * What a person does by hand in Vapi's dashboard: the rules are the API's, but no request is logged and no fault happens. Methods that
 * begin with `put` bypass the rules too, for state that could only come about under earlier ones, such as a tool at http://localhost. All
 * of it is journaled.
 */
export interface Dashboard {
  createTool(body: unknown): ToolRecord;
  updateTool(id: string, body: unknown): ToolRecord;
  deleteTool(id: string): ToolRecord;
  putTool(record: ToolRecord): void;
  createAssistant(body: unknown): AssistantRecord;
  updateAssistant(id: string, body: unknown): AssistantRecord;
  deleteAssistant(id: string): AssistantRecord;
  putAssistant(record: AssistantRecord): void;
  /** Publishes an earlier version ("v1") anew. */
  restoreAssistant(id: string, version: string): AssistantRecord;
  createPhoneNumber(body: unknown): PhoneNumberRecord;
  updatePhoneNumber(id: string, body: unknown): PhoneNumberRecord;
  putPhoneNumber(record: PhoneNumberRecord): void;
  createSquad(body: unknown): SquadRecord;
  putSquad(record: SquadRecord): void;
}

/**
 * Starts an HTTP server that behaves like Vapi's API: stores tools, assistants, phone numbers, squads and calls, refuses what Vapi's
 * document refuses in Vapi's words, and plays calls.
 */
export async function startVapiDouble(options: VapiDoubleOptions = {}): Promise<VapiDouble> {
  const { key = crypto.randomUUID(), now = Date.now, port } = options;
  const keys = new Set([key]);
  const account = new Account(now);
  const publicHosts: PublicHosts = new Map();
  const credentials = new Map<string, Credential>();
  const refusedBodies: RefusedBody[] = [];
  let latencyMs = options.latencyMs ?? 0;
  const server = await startHttpDouble({
    answer: (request) => answerRequest({ account, keys, refusedBodies }, request),
    errorBody,
    routeOf,
    latencyMs: () => typeof latencyMs === "number" ? latencyMs : latencyMs(),
    ...(port === undefined ? {} : { port }),
  });
  return {
    ...server,
    key,
    keys,
    state: {
      tools: account.tools.all,
      assistants: account.assistants.all,
      phoneNumbers: account.phoneNumbers.all,
      squads: account.squads.all,
    },
    journal: account.journal,
    refusedBodies,
    dashboard: dashboardOf(account),
    calls: createCalls({ account, publicHosts, credentials, now, sleep: delay }),
    publicHosts,
    credentials,
    setLatency: (value) => {
      latencyMs = value;
    },
    reset: () => {
      account.clear();
      server.requests.clear();
      server.faults.clear();
      server.faults.up();
      refusedBodies.length = 0;
      keys.clear();
      keys.add(key);
      latencyMs = options.latencyMs ?? 0;
    },
  };
}

function dashboardOf(account: Account): Dashboard {
  const { tools, assistants, phoneNumbers, squads } = account;
  return {
    createTool: (body) => tools.create(body),
    updateTool: (id, body) => tools.update(id, body),
    deleteTool: (id) => tools.delete(id),
    putTool: (record) => tools.put(record),
    createAssistant: (body) => assistants.create(body),
    updateAssistant: (id, body) => assistants.update(id, body),
    deleteAssistant: (id) => assistants.delete(id),
    putAssistant: (record) => assistants.put(record),
    restoreAssistant: (id, version) => account.restoreAssistant(id, version),
    createPhoneNumber: (body) => phoneNumbers.create(body),
    updatePhoneNumber: (id, body) => phoneNumbers.update(id, body),
    putPhoneNumber: (record) => phoneNumbers.put(record),
    createSquad: (body) => squads.create(body),
    putSquad: (record) => squads.put(record),
  };
}
