/** What the database advisors find and we keep, with the reason. */

export type Allowed = {
  /** Name of the advisor: its file without `.sql`. */
  readonly advisor: string;
  readonly object: string;
  readonly reason: string;
};

/** Tables without data for people, by reason: row-level security without a policy keeps them closed if a grant slips in. */
const serverOnly: Readonly<Record<string, readonly string[]>> = {
  "the platform's own: operators read it by rpcs, which look at who asks": [
    "public.alert_rules",
    "public.alerts",
    "public.backfill_agents",
    "public.backfill_runs",
    "public.rollback_agents",
    "public.verifications",
  ],
  "the workers' state: nothing in it is any clinic's": [
    "public.queues",
    "public.vapi_tools",
    "public.webhook_state",
    "public.trial_organizations",
  ],
  "what the server keeps of other services, which names no clinic or is read by none": [
    "public.assistant_snapshots",
    "public.calendar_busy",
    "public.deleted_assistants",
    "public.released_numbers",
  ],
};

export const allowed: readonly Allowed[] = Object.entries(serverOnly).flatMap(
  ([reason, tables]) =>
    tables.map((object) => ({ advisor: "rls_enabled_no_policy", object, reason })),
);
