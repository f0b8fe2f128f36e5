/** What a tool's handler gets besides its arguments. */
import { z } from "zod";
import type { Db } from "../db.ts";
import type { CommonEnv } from "../env/env.ts";
import type { JsonObject } from "../json.ts";
import type { Log } from "../log.ts";
import type { Recorder } from "../metrics/recorder.ts";
import type { CallContext, ToolCall } from "../vapi/messages.ts";
import type { ToolResult } from "../vapi/responses.ts";
import type { ToolDefinition } from "./define.ts";
import { execute } from "./execute.ts";
import { toolResultSchema } from "./tool_result.ts";

/** The clinic that a call belongs to, as far as reading its callers' words needs it. */
export type OrgSettings = z.infer<typeof orgSettingsSchema>;

const orgSettingsSchema = z.object({
  orgId: z.string(),
  name: z.string(),
  /** IANA name. */
  timezone: z.string(),
  /** ISO 3166-1 alpha-2. */
  country: z.string(),
});

export interface ToolContext {
  readonly call: CallContext & { readonly toolCallId: string | null };
  readonly env: CommonEnv;
  readonly db: Db;
  readonly log: Log;
  /** The time of the request. */
  readonly now: Date;
  /** Settings of the call's clinic; at most a minute old. Throws if the call belongs to none. */
  org(): Promise<OrgSettings>;
  /** Carries the call out in the database: finds the clinic, does it at most once, keeps the answer. */
  execute(args: JsonObject): Promise<ToolResult>;
}

export type ToolHandler<Args> = (args: Args, context: ToolContext) => Promise<ToolResult>;

export interface ContextDependencies {
  readonly env: CommonEnv;
  readonly db: Db;
  readonly log: Log;
  readonly now: Date;
  readonly orgs: OrgCache;
  /** Of the request: what it brings about later can be followed by it. */
  readonly requestId: string;
  /** Measures what the database does not see. */
  readonly recorder: Recorder;
}

/** How the time of a call is measured. */
export interface CallMeter {
  /** Since the function began to answer the call. */
  elapsedMs(): number;
  /** The database has answered, and counted and timed the call with it. */
  onCounted(): void;
}

/** The context of one call to a tool. */
export function createContext(
  tool: Pick<ToolDefinition, "name">,
  toolCall: ToolCall,
  callContext: CallContext,
  { orgs, recorder: _, requestId, meter, ...dependencies }: ContextDependencies & {
    meter: CallMeter;
  },
): ToolContext {
  const call = { ...callContext, toolCallId: toolCall.id };
  const { env, db } = dependencies;
  return {
    ...dependencies,
    call,
    org: () => orgs.get(callContext, db),
    async execute(args) {
      const channels = { sms: env.twilio !== undefined, calendar: env.google !== undefined };
      const result = toolResultSchema.parse(
        await execute(db, {
          p_tool: tool.name,
          p_call: { ...call, channels, requestId, elapsedMs: meter.elapsedMs() },
          p_args: args,
        }),
      );
      meter.onCounted();
      return result;
    },
  };
}

/** Remembers settings, so that a conversation asks for them once. */
export interface OrgCache {
  get(call: CallContext, db: Db): Promise<OrgSettings>;
  /** What is remembered already, if anything is. */
  known(call: CallContext): OrgSettings | null;
}

const FRESH_MS = 60_000;
const MAX_ENTRIES = 1_000;

/** A cache by whatever names the clinic in a call. Refusals aren't kept. */
export function createOrgCache({ now = () => Date.now() }: { now?: () => number } = {}): OrgCache {
  const entries = new Map<string, { settings: OrgSettings; until: number }>();
  const keyOf = (call: CallContext) =>
    JSON.stringify([call.assistantId, call.phoneNumberId, call.metadataOrgId]);
  const known = (call: CallContext) => {
    const entry = entries.get(keyOf(call));
    return entry !== undefined && entry.until > now() ? entry.settings : null;
  };
  return {
    known,
    async get(call, db) {
      const remembered = known(call);
      if (remembered !== null) return remembered;
      const settings = orgSettingsSchema.parse(
        await db.rpc("org_settings", { p_call: { ...call } }),
      );
      if (entries.size >= MAX_ENTRIES) entries.clear();
      entries.set(keyOf(call), { settings, until: now() + FRESH_MS });
      return settings;
    },
  };
}
