/** The results of rpcs that answer JSON, and the rows of the views, whose generated types lose that columns are never null. */
import * as z from "zod/mini";

const id = z.string();
const time = z.string();
const syncState = z.enum(["pending", "syncing", "synced", "failed"]);
const syncError = z.nullable(z.looseObject({ code: z.string(), message: z.string() }));

const askedForSync = z.object({
  agentId: id,
  paused: z.boolean(),
  assistantId: z.nullable(z.string()),
  version: z.int(),
  syncId: id,
  syncState,
});

/** Free times near the requested one. */
const alternatives = z.array(z.looseObject({ date: z.string(), slots: z.array(z.unknown()) }));
const channels = z.record(z.string(), z.unknown());
/** A time that is not free, or a visit that is over, is not an error: `message` says it as a caller hears it. */
const visit = z.discriminatedUnion("success", [
  z.object({
    success: z.literal(true),
    appointmentId: id,
    scheduledAt: time,
    timezone: z.string(),
    service: z.nullable(z.string()),
    notifications: channels,
    message: z.string(),
  }),
  z.object({
    success: z.literal(false),
    code: z.string(),
    message: z.string(),
    alternatives: z.optional(alternatives),
  }),
]);
/** A person who cannot be texted, or who has too many entries, is refused as a caller would be: `message` says it. */
const waiting = z.discriminatedUnion("success", [
  z.object({
    success: z.literal(true),
    entryId: id,
    service: z.string(),
    provider: z.optional(z.string()),
    from: z.string(),
    until: z.string(),
    partOfDay: z.optional(z.string()),
    message: z.string(),
  }),
  z.object({ success: z.literal(false), code: z.string(), message: z.string() }),
]);
const closedVisit = z.object({ appointmentId: id, state: z.string() });
const invitation = z.object({
  invitationId: id,
  email: z.string(),
  role: z.string(),
  expiresAt: time,
});
const number = z.object({
  orgId: id,
  vapiPhoneNumberId: z.string(),
  phone: z.optional(z.nullable(z.string())),
});
const count = z.object({ count: z.int() });
const user = z.object({ userId: id });

/** By the rpc's name. An rpc that is not here answers rows, or a value of SQL. */
export const RESULTS = {
  create_organization: z.object({ orgId: id }),
  delete_organization: z.object({ orgId: id, agents: z.int() }),
  invite_member: invitation,
  revoke_invitation: z.object({ invitationId: id }),
  accept_invitation: z.object({ orgId: id, role: z.string() }),
  change_member_role: z.object({ userId: id, role: z.string() }),
  remove_member: user,
  book_appointment: visit,
  move_appointment: visit,
  cancel_appointment: visit,
  complete_appointment: closedVisit,
  mark_no_show: closedVisit,
  add_to_waitlist: waiting,
  remove_from_waitlist: z.object({ entryId: id, state: z.string() }),
  offer_to_move: z.looseObject({ success: z.boolean() }),
  pause_agent: askedForSync,
  resume_agent: askedForSync,
  resync_agent: askedForSync,
  send_settings: askedForSync,
  assign_number_to_agent: z.object({ vapiPhoneNumberId: z.string(), agentId: id }),
  delete_agent: z.object({
    agentId: id,
    assistantId: z.nullable(z.string()),
    jobId: z.nullable(id),
  }),
  set_service_calendars: z.object({ serviceId: id, calendars: z.int() }),
  set_tool_enabled: z.object({ tool: z.string(), enabled: z.boolean() }),
  operator_acknowledge_alert: z.object({
    alertId: id,
    acknowledgedAt: time,
    acknowledgedBy: z.nullable(id),
  }),
  operator_add: user,
  operator_remove: user,
  operator_assign_number: number,
  operator_release_number: number,
  operator_cancel_jobs: count,
  operator_retry_jobs: count,
  operator_delete_organization: z.object({ orgId: id, agents: z.int() }),
  operator_invite_owner: invitation,
  operator_set_organization_creation: z.object({ organizationCreation: z.string() }),
  operator_set_rate_limits: z.looseObject({}),
  operator_set_rollout: z.object({ share: z.int(), minutes: z.int(), maxErrorPercent: z.int() }),
  operator_end_trial: z.object({ tool: z.string(), isSound: z.boolean() }),
  operator_migrate: z.looseObject({ runId: id }),
  operator_rollback: z.object({ runId: id, agents: z.int() }),
  operator_migration: z.looseObject({}),
  operator_plan_migration: z.object({ planId: id }),
  operator_migration_plan: z.looseObject({ planId: id, finishedAt: z.nullable(time) }),
  operator_repair: z.object({ requested: z.boolean() }),
  operator_verify: z.object({ requested: z.boolean() }),
} as const;

export const agentSchema = z.object({
  agent_id: id,
  org_id: id,
  name: z.string(),
  role: z.enum(["inbound", "outbound"]),
  language: z.nullable(z.string()),
  version: z.int(),
  synced_version: z.nullable(z.int()),
  paused_at: z.nullable(time),
  assistant_id: z.nullable(z.string()),
  sync_id: z.nullable(id),
  sync_state: syncState,
  attempts: z.int(),
  last_error: syncError,
  requested_at: z.nullable(time),
  synced_at: z.nullable(time),
  drift_count: z.int(),
  /** When its sync is tried again, while Vapi refuses or is away. */
  next_attempt_at: z.nullable(time),
  created_at: time,
  updated_at: time,
});
export type Agent = z.infer<typeof agentSchema>;

export const syncSchema = z.object({
  agent_id: id,
  org_id: id,
  sync_id: id,
  sync_state: z.enum(["pending", "syncing", "synced", "failed", "superseded"]),
  attempts: z.int(),
  last_error: syncError,
  requested_at: time,
  started_at: z.nullable(time),
  finished_at: z.nullable(time),
});
export type Sync = z.infer<typeof syncSchema>;

export const driftSchema = z.object({
  agent_id: id,
  org_id: id,
  path: z.string(),
  applied: z.unknown(),
  observed: z.unknown(),
});
export type Drift = z.infer<typeof driftSchema>;

export const callSchema = z.object({
  call_id: id,
  org_id: id,
  agent_id: z.nullable(id),
  agent: z.nullable(z.string()),
  status: z.nullable(z.string()),
  started_at: z.nullable(time),
  ended_at: z.nullable(time),
  ended_reason: z.nullable(z.string()),
  cost: z.nullable(z.number()),
  /** The assistant said that something was booked, cancelled or moved, but no tool did it. */
  claimed_without_deed: z.boolean(),
  created_at: time,
  tools: z.array(
    z.object({ tool: z.string(), outcome: z.string(), ms: z.nullable(z.number()), at: time }),
  ),
  appointments: z.array(z.object({ appointmentId: id, state: z.string(), startsAt: time })),
});
export type Call = z.infer<typeof callSchema>;

export const toolUsageSchema = z.object({
  org_id: id,
  tool: z.string(),
  day: z.string(),
  outcome: z.string(),
  calls: z.int(),
  average_ms: z.nullable(z.number()),
  slowest_ms: z.nullable(z.number()),
});
export type ToolUsage = z.infer<typeof toolUsageSchema>;
