/** What one organization could do to the others, and what an outage or a hosted project's defaults could. */
import { migration, type Mutation } from "./mutation.ts";

const fairness = "scripts/tests/fairness_test.ts";
const waitlist = "scripts/tests/people/waitlist_test.ts";
const access = "scripts/tests/database/access_matrix_test.ts";

export const PLATFORM: readonly Mutation[] = [
  {
    what: "organizations take no turns: whoever asked first is served first",
    file: migration("20261121000415_turns"),
    from: "order by job.place, waiting.turn",
    to: "order by job.id",
    test: fairness,
    filter: "before the second of any",
  },
  {
    what: "turns begin with the same organization each time",
    file: migration("20261121000415_turns"),
    from: "do update set after_org = excluded.after_org",
    to: "do nothing",
    test: fairness,
    filter: "comes back to the first",
  },
  {
    what: "a save's requests to Vapi wait behind all those of a rollout",
    file: "functions/tool-sync/worker.ts",
    from: "{ ...deps, vapi: deps.bulkVapi }",
    to: "deps",
    test: "scripts/tests/bulk_test.ts",
    filter: "a saved agent is synced",
  },
  {
    what: "the lanes of a limiter do not take turns",
    file: "shared/limiter.ts",
    from: "holding(lanes[lane], signal",
    to: "holding(lanes.urgent, signal",
    test: "shared/limiter_test.ts",
    filter: "take turns",
  },
  {
    what: "an organization may have as many agents as it likes",
    file: migration("20261121000600_save_agent"),
    from: "perform private.raise_error('VT010',",
    to: "perform ('VT010',",
    test: "scripts/tests/rate_limits_test.ts",
    filter: "beyond the organization's quota",
  },
  {
    what: "the Vault is read where its failure reaches the save",
    file: migration("20261121000410_wake"),
    from: "  v_key text;\nbegin",
    to:
      "  v_key text := (select decrypted_secret from vault.decrypted_secrets where name = 'secret_key');\nbegin",
    test: "scripts/tests/sync_test.ts",
    filter: "a Vault that can't be decrypted",
  },
  {
    what: "an older project's own grants on tables are not revoked",
    file: migration("20261121000100_foundation"),
    from:
      "alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;\n",
    to: "",
    test: access,
    filter: "every table and view",
  },
  {
    what: "an older project's own grants on functions are not revoked",
    file: migration("20261121000100_foundation"),
    from:
      "alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;\n",
    to: "",
    test: access,
    filter: "every function is open",
  },
  {
    what: "waiting list: a late yes takes the slot from the one who is asked now",
    file: migration("20261121002250_waitlist_answers"),
    from: "elsif private.is_offered_to_another(p_offer) then",
    to: "elsif false then",
    test: waitlist,
    filter: "without an answer in time",
  },
  {
    what: "waiting list: anybody is put on it under anybody's number",
    file: migration("20261121002255_tool_join_waitlist"),
    from: "elsif v_phone is distinct from private.trusted_number(p_org_id, p_call)",
    to: "elsif false",
    test: waitlist,
    filter: "joinWaitlist wants",
  },
];
