/** What a tool gets besides its arguments, and its answer. */
import type { z } from "zod";
import type { Db } from "../db.ts";
import type { CommonEnv, WebhookEnv } from "../env/env.ts";
import { isJsonObject } from "../json.ts";
import type { Log } from "../log.ts";
import type { Recorder } from "../metrics/recorder.ts";
import type { CallContext, ToolCall } from "../vapi/messages.ts";
import type { ToolResult } from "../vapi/responses.ts";

/** What reading callers' words requires of the clinic that a call belongs to. */
export type OrgSettings = z.infer<ReturnType<typeof orgSettingsSchema>>;

const orgSettingsSchema = (zod: typeof z) =>
  zod.object({
    orgId: zod.string(),
    name: zod.string(),
    /** IANA name. */
    timezone: zod.string(),
    /** ISO 3166-1 alpha-2. */
    country: zod.string(),
    /** BCP 47: what the agent speaks. */
    language: zod.string(),
    /** In minutes of the day, by ISO weekday. */
    openings: zod.array(
      zod.object({ weekday: zod.int(), opens: zod.number(), closes: zod.number() }),
    ),
    horizonDays: zod.int(),
  });

export interface ToolContext {
  readonly call: CallContext & { readonly toolCallId: string };
  readonly env: CommonEnv;
  readonly db: Db;
  readonly log: Log;
  /** The time of the request. */
  readonly now: Date;
  /** Settings of the call's clinic, at most a minute old. Throws if the call belongs to none. */
  org(): Promise<OrgSettings>;
}

/**
 * Whether it is what a tool's SQL function returns: `{success, message, ...}`. Checked by hand, so that no schema has to be
 * loaded.
 */
export function isToolResult(value: unknown): value is ToolResult {
  return isJsonObject(value) && typeof value.success === "boolean" &&
    typeof value.message === "string";
}

/** Throws TypeError for anything else. */
export function parseToolResult(value: unknown): ToolResult {
  if (!isToolResult(value)) throw new TypeError("The database's answer is not a tool's result");
  return value;
}

/** What a function that answers tool calls works with. */
export interface ServeDependencies {
  env: CommonEnv & WebhookEnv;
  db: Db;
  orgs: OrgCache;
  recorder: Recorder;
  /** Called for each request that did not prove to come from Vapi. */
  onStranger?: () => void;
  log: Log;
  now: () => Date;
}

export interface ContextDependencies {
  readonly env: CommonEnv;
  readonly db: Db;
  readonly log: Log;
  readonly now: Date;
  readonly orgs: OrgCache;
  /** The request's id, for following everything that it causes later. */
  readonly requestId: string;
  /** What a replay of the request would have in common with it; null if a replay is impossible without the secret. */
  readonly replayKey: string | null;
  /** The definition of the calling tool, from the header that Vapi sends along: see definitionOf. */
  readonly definition?: string | null;
  /** Measures what the database does not see. */
  readonly recorder: Recorder;
}

/** The context of one call to a tool. */
export function createContext(
  toolCall: ToolCall,
  callContext: CallContext,
  { env, db, log, now, orgs }: ContextDependencies,
): ToolContext {
  return {
    call: { ...callContext, toolCallId: toolCall.id },
    env,
    db,
    log,
    now,
    org: () => orgs.get(callContext, db),
  };
}

/** Caches settings, so that a conversation asks for them once. */
export interface OrgCache {
  get(call: CallContext, db: Db): Promise<OrgSettings>;
  /** The cached settings, if any. */
  known(call: CallContext): OrgSettings | null;
}

const FRESH_MS = 60_000;
const MAX_ENTRIES = 1_000;

/** A cache with whatever names the clinic in a call as its key. Refusals are not cached. */
export function createOrgCache(): OrgCache {
  const entries = new Map<string, { settings: OrgSettings; until: number }>();
  const keyOf = (call: CallContext) =>
    JSON.stringify([
      call.assistantId,
      call.phoneNumberId,
      call.metadataOrgId,
      call.metadataIsOurs,
    ]);
  const known = (call: CallContext) => {
    const entry = entries.get(keyOf(call));
    return entry !== undefined && entry.until > Date.now() ? entry.settings : null;
  };
  return {
    known,
    async get(call, db) {
      const remembered = known(call);
      if (remembered !== null) return remembered;
      const asked = db.rpc("org_settings", { p_call: { ...call } });
      const [found, { z }] = await Promise.all([asked, import("zod")]);
      const settings = orgSettingsSchema(z).parse(found);
      if (entries.size >= MAX_ENTRIES) entries.clear();
      entries.set(keyOf(call), { settings, until: Date.now() + FRESH_MS });
      return settings;
    },
  };
}
