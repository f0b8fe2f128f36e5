/** Everything that the invariants examine, read at one moment of rest. */
import { z } from "zod";
import type { JsonObject } from "../../../shared/json.ts";
import { type CatalogueTool, prepareCatalogue } from "../../../shared/assistants/catalogue.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import type { EventRecord } from "../../local/google/events.ts";
import type { AssistantRecord, Journal, LoggedRequest, ToolRecord } from "../../local/vapi/mod.ts";
import { releasedTools } from "../edge/release.ts";
import type { Ledger } from "../ledger.ts";
import type { Platform } from "../platform.ts";

const settings = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;

const rowsSchema = z.object({
  jobs: z.array(z.object({
    id: z.string(),
    queue: z.string(),
    key: z.string(),
    kind: z.string(),
    status: z.string(),
    alerts: z.int(),
    last_error: z.json(),
  })),
  tools: z.array(z.object({
    name: z.string(),
    vapi_tool_id: z.string().nullable(),
    definition_hash: z.string(),
    state: z.enum(["creating", "current", "retired", "deleted"]),
  })),
  agents: z.array(z.object({
    id: z.string(),
    org_id: z.string(),
    name: z.string(),
    system_prompt: z.string(),
    first_message: z.string().nullable(),
    max_duration_seconds: z.int().nullable(),
    model: settings.nullable(),
    voice: settings.nullable(),
    tools: z.array(z.string()).nullable(),
    version: z.int(),
    synced_version: z.int().nullable(),
    assistant_id: z.string().nullable(),
    linked_tool_ids: z.array(z.string()),
    drift: z.array(z.object({ path: z.string() })),
  })),
  orgTools: z.array(z.object({
    org_id: z.string(),
    tool_name: z.string(),
    vapi_tool_id: z.string().nullable(),
    definition_hash: z.string().nullable(),
    enabled: z.boolean(),
  })),
  appointments: z.array(z.object({
    id: z.string(),
    state: z.string(),
    google_calendar_id: z.string().nullable(),
  })),
  clashes: z.int(),
  unanswered: z.int(),
  offers: z.object({
    twice: z.int(),
    open: z.int(),
    optedOut: z.int(),
    shared: z.int(),
    takenTwice: z.int(),
    booked: z.array(z.string()),
  }),
  texts: z.array(z.object({
    id: z.string(),
    kind: z.string(),
    status: z.string(),
    reason: z.string().nullable(),
    provider_sid: z.string().nullable(),
    was_tried: z.boolean(),
  })),
  emails: z.array(z.object({ id: z.string(), status: z.string() })),
  migrations: z.array(z.object({ id: z.string(), unsettled: z.int() })),
});

type Rows = z.infer<typeof rowsSchema>;
export type AgentRow = Rows["agents"][number];

export interface Observation extends Rows {
  /** The catalogue of the last release, as it should be registered. */
  catalogue: readonly CatalogueTool[];
  /** Base URL of our functions, as Vapi knows it. */
  backendUrl: string;
  vapi: {
    tools: ReadonlyMap<string, ToolRecord>;
    assistants: ReadonlyMap<string, AssistantRecord>;
    journal: Journal;
  };
  /** The requests to Vapi. */
  requests: readonly LoggedRequest[];
  /** Texts that went out, with our id as Twilio was given it. */
  sentTexts: readonly { sid: string; messageId: string | null }[];
  /** Of the calendars in use, by Google's id. */
  events: ReadonlyMap<string, readonly EventRecord[]>;
  ledger: Ledger;
}

const BACKEND_URL = "https://backend.example.test/functions/v1";

/** Reads it all. */
export async function observe(platform: Platform): Promise<Observation> {
  const { stack, edge, ledger } = platform;
  const [row] = await stack.sql.unsafe<{ rows: unknown }[]>(READ);
  const rows = rowsSchema.parse(row?.rows);
  const { twilio, google } = stack.integrations;
  const calendars = new Set(rows.appointments.flatMap((each) => each.google_calendar_id ?? []));
  return {
    ...rows,
    catalogue: await prepareCatalogue(releasedTools(catalogue, edge.release), {
      backendUrl: BACKEND_URL,
      webhookSecret: stack.webhookSecret,
    }),
    backendUrl: BACKEND_URL,
    vapi: { ...stack.vapi.state, journal: stack.vapi.journal },
    requests: stack.vapi.requests.all,
    // Replies are not messages of ours: they are answers to a request.
    sentTexts: twilio.textsTo().filter(({ direction }) => direction !== "outbound-reply").map((
      { sid },
    ) => ({
      sid,
      messageId: messageIdIn(twilio.account.callbacks.get(sid)),
    })),
    events: new Map([...calendars].map((id) => [id, google.eventsOf(id)])),
    ledger,
  };
}

function messageIdIn(callback: string | undefined): string | null {
  return callback === undefined ? null : new URL(callback).searchParams.get("message");
}

const READ = `
select jsonb_build_object(
  'jobs', (select coalesce(jsonb_agg(to_jsonb(job)), '[]') from (
    select id, queue, key, status, last_error, payload ->> 'kind' as kind,
      (select count(*) from alerts where job_id = jobs.id) as alerts
    from jobs where status not in ('succeeded', 'superseded')) job),
  'tools', (select coalesce(jsonb_agg(to_jsonb(tool)), '[]') from (
    select name, vapi_tool_id, definition_hash, state from vapi_tools) tool),
  'agents', (select coalesce(jsonb_agg(to_jsonb(agents)), '[]') from agents),
  'orgTools', (select coalesce(jsonb_agg(to_jsonb(org_tools)), '[]') from org_tools),
  'appointments', (select coalesce(jsonb_agg(to_jsonb(visit)), '[]') from (
    select appointments.id, state, google_calendar_id
    from appointments join calendars on calendars.id = calendar_id) visit),
  'clashes', (
    select count(*) from appointments one join appointments other
      on one.calendar_id = other.calendar_id and one.id < other.id and one.busy && other.busy
    where one.state = 'confirmed' and other.state = 'confirmed'),
  'offers', jsonb_build_object(
    'twice', (
      select count(*) from (
        select from sms_messages join waitlist_offers offer on dedupe_key = 'waitlist_offer:' || offer.id
        group by entry_id, calendar_id, starts_at having count(*) > 1) twice),
    'booked', (select coalesce(jsonb_agg(appointment_id), '[]') from waitlist_entries where appointment_id is not null),
    'open', (select count(*) from waitlist_offers where state = 'offered'),
    'optedOut', (
      select count(*) from sms_messages message
      join sms_opt_outs refusal on refusal.phone = message.recipient and refusal.opted_in_at is null and refusal.opted_out_at < message.created_at
      where kind = 'waitlist_offer'),
    'shared', (
      select count(*) from (
        select from waitlist_entries where appointment_id is not null group by appointment_id having count(*) > 1) shared),
    'takenTwice', (
      select count(*) from (
        select from waitlist_offers where state = 'taken' group by entry_id having count(*) > 1) twice)),
  'unanswered', (select count(*) from tool_calls where answer is null),
  'texts', (select coalesce(jsonb_agg(to_jsonb(text)), '[]') from (
    select id, kind, status, reason, provider_sid, sending_since is not null as was_tried from sms_messages) text),
  'emails', (select coalesce(jsonb_agg(to_jsonb(email)), '[]') from (select id, status from emails) email),
  'migrations', (select coalesce(jsonb_agg(to_jsonb(run)), '[]') from (
    select id, (select count(*) from backfill_agents
      where run_id = backfill_runs.id and (outcome is null or outcome = 'failed')) as unsettled
    from backfill_runs) run)
) as rows`;
