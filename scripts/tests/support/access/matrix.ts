/**
 * Who may do what with each table, view and function of schema `public`. The test generates every case from
 * the catalog, so that a new object without a row here fails.
 */

export const verbs = ["select", "insert", "update", "delete"] as const;
export type Verb = typeof verbs[number];

/**
 * `own`: the rows of one's organization; `all`: every row; `none`: a row-level policy hides every row, although the role has the privilege;
 * absent: refused with 42501.
 */
export type Verbs = Partial<Record<Verb, "own" | "all" | "none">>;

export type RelationAccess = {
  readonly anon: Verbs;
  readonly member: Verbs;
  /** Owners too. */
  readonly admin: Verbs;
  readonly service: Verbs;
  /** Operators of the platform who belong to no organization; if absent, the same as any other signed-in user. */
  readonly operator?: Verbs;
  /** The columns that a member may select, if not all. */
  readonly memberColumns?: readonly string[];
};

const everything: Verbs = { select: "all", insert: "all", update: "all", delete: "all" };
const readOwn: Verbs = { select: "own" };

/** Written only by our functions; members read what belongs to their organization. */
const membersRead: RelationAccess = {
  anon: {},
  member: readOwn,
  admin: readOwn,
  service: everything,
};
/** Changed row by row by owners and admins; a policy hides the rows from others in the role `authenticated`. */
const settings: RelationAccess = {
  anon: {},
  member: { select: "own", update: "none", delete: "none" },
  admin: { select: "own", insert: "own", update: "own", delete: "own" },
  service: everything,
};
/** Settings of which each organization has one row. */
const singleSettings: RelationAccess = {
  ...settings,
  member: { select: "own", update: "none" },
  admin: { select: "own", update: "own" },
};
/** Accessible only to our functions. */
const serverOnly: RelationAccess = { anon: {}, member: {}, admin: {}, service: everything };
/** A view that shows members their organization's rows. */
const membersView: RelationAccess = { ...membersRead, service: { select: "all" } };

/** Read by operators of the platform; a policy shows nothing to others. */
const operatorsRead = {
  anon: {},
  member: { select: "none" },
  admin: { select: "none" },
  operator: { select: "all" },
} as const;

export const relations: Readonly<Record<string, RelationAccess>> = {
  agent_drift: membersView,
  agent_overview: membersView,
  agent_sync_history: membersView,
  agent_sync_status: membersView,
  agents: membersRead,
  alert_rules: { ...serverOnly, service: { select: "all", update: "all" } },
  alerts: serverOnly,
  appointments: membersRead,
  booking_policies: singleSettings,
  business_hours: settings,
  calendar_busy: serverOnly,
  calendar_events: membersRead,
  calendar_services: settings,
  calendars: settings,
  call_event_counts: membersRead,
  call_log: membersView,
  call_outcomes: membersView,
  calls: membersRead,
  closures: settings,
  contacts: singleSettings,
  deleted_assistants: serverOnly,
  emails: { ...membersRead, member: { select: "none" } },
  faq_entries: settings,
  invitations: { ...membersRead, member: { select: "none" } },
  jobs: {
    ...membersRead,
    // No payload, lease or result: they concern only the worker.
    memberColumns: [
      ...["id", "queue", "key", "org_id", "status", "attempts", "run_at", "requested_at"],
      ...["started_at", "finished_at", "last_error", "created_at"],
    ],
  },
  locations: settings,
  members: membersRead,
  assistant_snapshots: serverOnly,
  backfill_agents: serverOnly,
  backfill_runs: serverOnly,
  org_figures: membersView,
  org_tool_usage: membersView,
  org_tools: membersRead,
  organizations: singleSettings,
  operator_actions: { ...operatorsRead, service: { select: "all", insert: "all" } },
  patients: membersRead,
  phone_numbers: membersRead,
  platform_operators: {
    ...operatorsRead,
    service: { select: "all", insert: "all", delete: "all" },
  },
  platform_settings: {
    anon: {},
    member: { select: "all" },
    admin: { select: "all" },
    service: { select: "all", update: "all" },
  },
  queues: { ...serverOnly, service: { select: "all", update: "all" } },
  rate_limits: membersRead,
  services: settings,
  sms_messages: {
    ...membersRead,
    // Neither the text, which may contain a code, nor the number, which staff find at the contact.
    memberColumns: [
      ...["id", "org_id", "contact_id", "appointment_id", "kind", "status", "reason"],
      ...["created_at", "sent_at", "ended_at"],
    ],
  },
  sms_opt_outs: { ...membersRead, service: { select: "all", insert: "all", update: "all" } },
  sms_policies: { ...singleSettings, service: { select: "all", insert: "all", update: "all" } },
  // Not the arguments and answers: they name patients.
  tool_calls: {
    ...membersRead,
    memberColumns: ["id", "org_id", "session_id", "tool", "outcome", "ms", "created_at"],
  },
  released_numbers: serverOnly,
  rollback_agents: serverOnly,
  trial_organizations: serverOnly,
  vapi_tools: serverOnly,
  verification_codes: serverOnly,
  verifications: serverOnly,
  waitlist_entries: membersRead,
  waitlist_offers: membersRead,
  webhook_state: serverOnly,
};

/** Functions for signed-in users, each of which checks its caller itself. */
export const userFunctions: readonly string[] = [
  "accept_invitation",
  "add_to_waitlist",
  "am_i_operator",
  "assign_number_to_agent",
  "book_appointment",
  "cancel_appointment",
  "change_member_role",
  "complete_appointment",
  "create_organization",
  "delete_agent",
  "delete_organization",
  "displaced_appointments",
  "find_slots",
  "invite_member",
  "mark_no_show",
  "move_appointment",
  "my_invitations",
  "offer_to_move",
  "operator_acknowledge_alert",
  "operator_add",
  "operator_agents",
  "operator_alerts",
  "operator_assign_number",
  "operator_cancel_jobs",
  "operator_delete_organization",
  "operator_end_trial",
  "operator_figures",
  "operator_invite_owner",
  "operator_job_counts",
  "operator_jobs",
  "operator_migrate",
  "operator_migration",
  "operator_migration_plan",
  "operator_organizations",
  "operator_plan_migration",
  "operator_release_number",
  "operator_remove",
  "operator_repair",
  "operator_retry_jobs",
  "operator_rollback",
  "operator_set_organization_creation",
  "operator_set_rate_limits",
  "operator_set_rollout",
  "operator_tools",
  "operator_trace",
  "operator_verifications",
  "operator_verify",
  "organization_members",
  "pause_agent",
  "remove_from_waitlist",
  "remove_member",
  "resume_agent",
  "resync_agent",
  "revoke_invitation",
  "send_settings",
  "set_service_calendars",
  "set_tool_enabled",
  "tool_catalogue",
];

/** Functions that only our edge functions and operators may call, with a secret key. */
export const serverFunctions: readonly string[] = [
  "activate_registrations",
  "add_clinic",
  "agents_for_sync",
  "agents_to_verify",
  "announce_webhook",
  "assistant_for_number",
  "backfill_report",
  "backfill_scope",
  "begin_rehearsal",
  "begin_sms",
  "begin_test_booking",
  "claim_outbox_jobs",
  "claim_registrations",
  "claim_sync_jobs",
  "complete_agent_syncs",
  "complete_calendar_event",
  "complete_email",
  "complete_job",
  "complete_number_sync",
  "complete_restore",
  "complete_sms",
  "complete_tool_deletion",
  "deleted_tools",
  "dismiss_jobs",
  "drop_sms",
  "end_test_booking",
  "erase_patient",
  "fail_job",
  "forget_assistant",
  "mark_tools_missing",
  "metrics",
  "numbers_to_verify",
  "offer_slot",
  "org_settings",
  "phone_number_to_sync",
  "receive_sms",
  "record_assistant",
  "record_backfill_plan",
  "record_call_event",
  "record_measurements",
  "record_registration",
  "record_sms_status",
  "record_verification",
  "refusal_of_tool",
  "registered_tools",
  "rehearse_tool",
  "release_jobs",
  "release_registrations",
  "repair_progress",
  "request_repairs",
  "requeue_sms",
  "retire_orphans",
  "retire_tools",
  "revive_job",
  "revive_jobs",
  "rollback_report",
  "save_agent",
  "save_busy_times",
  "snapshot_to_restore",
  "stale_busy_times",
  "start_backfill",
  "start_rollback",
  "sync_status",
  "tool_call",
  "transfer_destination",
  "update_registration",
  "wake_due_queues",
  "wake_worker",
];

/** What PostgREST calls in the caller's role before each request, and what that calls. */
export const requestChecks: readonly string[] = ["check_request", "raise_estimates_refused"];

/** Helpers in schema `private` that policies, views and triggers call as the signed-in user; nobody can reach the others. */
export const policyHelpers: readonly string[] = [
  "admin_org_ids",
  "broadcast",
  "broadcast_deleted_agents",
  "broadcast_visits",
  "is_operator",
  "member_org_ids",
  "named_in_message",
  "refuse_estimates",
];
