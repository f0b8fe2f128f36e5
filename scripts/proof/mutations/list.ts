/** Builds that are broken on purpose, each with the test that must notice. */
import { ABUSE } from "./abuse.ts";
import { ASSISTANTS } from "./assistants.ts";
import { CONVERSATIONS } from "./conversations.ts";
import { DATABASE } from "./database.ts";
import { FLEET } from "./fleet.ts";
import type { Mutation } from "./mutation.ts";
import { PEOPLE } from "./people.ts";
import { PLATFORM } from "./platform.ts";
import { READERS } from "./readers.ts";
import { SAFETY } from "./safety.ts";

const jobs = "supabase/migrations/20261121000400_jobs.sql";
const sync = "scripts/tests/sync_test.ts";
const settings = "scripts/tests/assistant_settings_test.ts";
const rollout = "scripts/tests/rollout_test.ts";
const queue = "scripts/tests/queue_test.ts";
const calls = "scripts/tests/tool_call_test.ts";

export const MUTATIONS: readonly Mutation[] = [
  {
    what: "fencing: any worker may end a job, its lease passed on or not",
    file: "supabase/migrations/20261121000420_job_attempts.sql",
    from: "where id = p_job_id and status = 'running' and lease_token = p_lease_token",
    to: "where id = p_job_id and status = 'running'",
    test: queue,
  },
  {
    what: "force is forgotten when a later request folds into the job",
    file: jobs,
    from:
      `case when (p_older ->> 'force')::boolean then '{"force": true}'::jsonb else '{}'::jsonb end`,
    to: "'{}'::jsonb",
    test: queue,
  },
  {
    what: "expired leases are not taken back",
    file: "supabase/migrations/20261121000420_job_attempts.sql",
    from: "where queue = p_queue and status = 'running' and lease_until < now()",
    to: "where false and lease_until < now()",
    test: queue,
  },
  {
    what: "the sweep and a relinking take the same jobs in another order",
    file: "supabase/migrations/20261121000410_wake.sql",
    from: "  perform pg_advisory_xact_lock_shared(hashtext('private.relink_agents'));\n",
    to: "",
    test: queue,
  },
  {
    what: "a failing pg_net fails the save",
    file: "supabase/migrations/20261121000410_wake.sql",
    from: "  raise warning 'Cannot call %: %', p_slug, sqlerrm;",
    to: "  raise exception 'Cannot call %: %', p_slug, sqlerrm;",
    test: sync,
    filter: "a save commits with an empty Vault",
  },
  {
    what: "adoption: what a lost answer created is not looked up",
    file: "functions/tool-sync/create_once.ts",
    from: "mayExist ? await find() : null",
    to: "null",
    test: sync,
    filter: "a create whose answer was lost",
  },
  {
    what: "a POST that fetch may repeat by itself",
    file: "shared/http/transport.ts",
    from: 'method === "POST" ? freshConnection() : null',
    to: "null",
    test: "scripts/tests/vapi_client_test.ts",
  },
  {
    what: "an older deployment's worker turns a rollout back",
    file: "supabase/migrations/20261121000510_registrations.sql",
    from: "when state = 'current' then activated_at > p_booted",
    to: "when state = 'current' then false",
    test: rollout,
    filter: "a worker of an older deployment",
  },
  {
    what: "a retired tool is deleted while somebody's assistant carries it",
    file: "functions/tool-sync/retire.ts",
    from: "if (referrers.length === 0) await remove",
    to: "await remove",
    test: rollout,
    filter: "a replaced tool that somebody else",
  },
  {
    what: "a deletion that Vapi refuses for good is requested with every sync",
    file: "supabase/migrations/20261121000520_tool_links.sql",
    from: "or status = 'dead' and finished_at > now() - interval '1 day'",
    to: "or false",
    test: rollout,
    filter: "a retired tool whose deletion",
  },
  {
    what: "new tools are registered and nobody is relinked",
    file: "supabase/migrations/20261121000510_registrations.sql",
    from: "if found and private.relink_agents(p_request_id) = 0 then",
    to: "if false then",
    test: rollout,
    filter: "a changed definition replaces",
  },
  {
    what: "a sync that began before the tools were replaced counts as current",
    file: "supabase/migrations/20261121000620_agent_sync.sql",
    from: "if v_is_changing or v_current_ids <> p_current_ids then",
    to: "if false then",
    test: rollout,
    filter: "an assistant that is being",
  },
  {
    what: "a worker asks again and again for bulk work that another one holds",
    file: "shared/worker/worker.ts",
    from: "if (again) continue;\n        break;",
    to: "continue;",
    test: "scripts/tests/bulk_test.ts",
    filter: "a worker ends when another one",
  },
  {
    what: "a database that is away for a second costs a job its lease",
    file: "shared/db.ts",
    from: "shouldRetry: saysUnavailable,",
    to: "shouldRetry: () => false,",
    test: "shared/db_patience_test.ts",
  },
  {
    what: "a claim whose answer was lost strands its jobs",
    file: "supabase/migrations/20261121000420_job_attempts.sql",
    from:
      "where job.queue = p_queue and job.status = 'running' and job.lease_token = p_lease_token;",
    to: "where false;",
    test: queue,
  },
  {
    what: "a worker claims again and again while its jobs are under way",
    file: "shared/worker/worker.ts",
    from: "await Promise.race([ends, announced]);",
    to: "await Promise.race(running);",
    test: "shared/worker/worker_test.ts",
  },
  {
    what: "a migration forgets whose work a newer request continues",
    file: "supabase/migrations/20261121003010_backfill_progress.sql",
    from: "if p_job.status = 'superseded' then",
    to: "if false then",
    test: "scripts/tests/backfill_runs_test.ts",
  },
  {
    what: "an older deployment's worker syncs agents with its own catalogue",
    file: "functions/tool-sync/worker.ts",
    from: "isOutdated: !isCurrent || failures.size === 0 && !isInStep(registry, deps.catalogue),",
    to: "isOutdated: false,",
    test: rollout,
    filter: "a worker of an older deployment touches",
  },
  {
    what: "a setting that Vapi refuses keeps the new tools from the assistant too",
    file: "functions/tool-sync/update_assistant.ts",
    from: "return await sendApart(vapi, input, error);",
    to: "throw error;",
    test: settings,
    filter: "a setting that Vapi refuses",
  },
  {
    what: "a job looks older than the migration that asked for it",
    file: "supabase/migrations/20261121000520_tool_links.sql",
    from: "requested_at = greatest(job.requested_at, excluded.requested_at)",
    to: "requested_at = excluded.requested_at",
    test: "scripts/tests/backfill_runs_test.ts",
  },
  {
    what: "setting a voice's provider clears its id",
    file: "shared/assistants/settings.ts",
    from: "const paths = new Set([...SETTING_PATHS, ...others]);",
    to: "const paths = new Set(Object.keys(settings));",
    test: settings,
    filter: "an assistant gets the voice",
  },
  {
    what: "a new URL is sent without the secret that belongs to it",
    file: "shared/assistants/bodies.ts",
    from: "if (value !== undefined) setSetting(draft, path, value);",
    to: "",
    test: "shared/assistants/bodies_test.ts",
  },
  {
    what: "a PATCH sends the model with our tool ids and nothing else",
    file: "shared/assistants/bodies.ts",
    from: "{ ...model, toolIds: [...newToolIds] }",
    to: "{ toolIds: [...newToolIds] }",
    test: "shared/assistants/plan_test.ts",
  },
  {
    what: "the console overwrites what was edited at Vapi",
    file: "shared/assistants/plan.ts",
    from: "if (applied !== wanted && !isTheirs) result.send.push(path);",
    to: "if (found !== wanted) result.send.push(path);",
    test: settings,
    filter: "what someone edited in Vapi",
  },
  {
    what: "a rotated webhook secret leaves the hash as it was",
    file: "shared/tools/vapi_tool.ts",
    from: "canonicalize({ ...body, secretDigest })",
    to: "canonicalize({ ...body })",
    test: "shared/tools/vapi_tool_test.ts",
  },
  {
    what: "a repeated tool call is carried out again",
    file: "supabase/migrations/20261121001100_tool_calls.sql",
    from: "case when not v_only_looks and v_call ->> 'toolCallId' is not null then v_key end",
    to: "null",
    test: calls,
  },
  {
    what: "two sources that name different clinics are not noticed",
    file: "supabase/migrations/20261121001100_tool_calls.sql",
    from:
      "if cardinality(v_org_ids) > 1 or cardinality(v_named) > 1 or v_named[1] <> v_org_ids[1]::text then",
    to: "if false then",
    test: calls,
  },
  {
    what: "a stale save wins",
    file: "supabase/migrations/20261121000600_save_agent.sql",
    from: "(p_agent ->> 'version')::integer <> v_old.version",
    to: "(p_agent ->> 'version')::integer < 0",
    test: "scripts/tests/save_test.ts",
  },
  {
    what: "members read every organization's agents",
    file: "supabase/migrations/20261121000300_agents.sql",
    from:
      "for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));",
    to: "for select to authenticated using (org_id is not null);",
    test: "scripts/tests/database/access_matrix_test.ts",
  },
  {
    what: "a token for another audience is accepted",
    file: "shared/http/user_auth.ts",
    from: '      audience: "authenticated",\n',
    to: "",
    test: "shared/http/user_auth_test.ts",
  },
  {
    what: "pg_cron waits for the whole verification",
    file: "functions/verify-config/handler.ts",
    from: "if (!background) return Response.json(await answering);",
    to: "return Response.json(await answering);",
    test: "functions/verify-config/handler_test.ts",
  },
  {
    what: "an expired hold is confirmed",
    file: "supabase/migrations/20261121001230_tool_verify_booking_code.sql",
    from: "and state = 'held' and hold_expires_at > clock_timestamp()",
    to: "and state = 'held'",
    test: "functions/booking-verify-otp/booking-verify-otp_test.ts",
  },
  {
    what: "wrong codes are not counted",
    file: "supabase/migrations/20261121001200_verification_codes.sql",
    from: "do update set attempts = tried.attempts + 1 where tried.attempts < 5",
    to: "do update set attempts = tried.attempts where tried.attempts < 5",
    test: "functions/booking-verify-otp/booking-verify-otp_test.ts",
  },
  {
    what: "STOP is not looked at again before a message is sent",
    file: "supabase/migrations/20261121002010_sms_rules.sql",
    from:
      "where phone = p_phone and opted_in_at is null and (org_id is null or org_id = p_org_id))",
    to: "where false)",
    test: "scripts/tests/sms_opt_out_test.ts",
  },
  {
    what: "a text whose first answer was lost is forgotten when a later attempt is refused",
    file: "functions/outbox/sms.ts",
    from: 'if (turn.triedSince === null) await db.rpc("requeue_sms"',
    to: 'await db.rpc("requeue_sms"',
    test: "scripts/tests/sms_crash_test.ts",
    filter: "a refusal does not",
  },
  ...ABUSE,
  ...SAFETY,
  ...PLATFORM,
  ...ASSISTANTS,
  ...FLEET,
  ...PEOPLE,
  ...READERS,
  ...CONVERSATIONS,
  ...DATABASE,
];
