/** What to do about an alert, in two or three sentences; docs/runbook.md has the rest, a section per kind. */
import type { Alert } from "./job.ts";

/** By kind, or by kind and subject. A test compares the kinds with the rules in the database and with the runbook. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  "job_dead/tool-sync": [
    "The agent is saved, but its assistant at Vapi is not up to date: callers may reach an assistant without tools.",
    "Read the error below. 401 or 403: check VAPI_PRIVATE_KEY. 402: check the bill at Vapi. 5xx: check Vapi's status page.",
    "When the cause is fixed, ask for the sync again: select public.revive_job('<job>'); or for all: select " +
    "public.revive_jobs('tool-sync');",
  ],
  "job_dead/outbox": [
    "A message or calendar entry could not be delivered. The booking itself stands.",
    "Read the error below. twilio_…: look the code up at https://www.twilio.com/docs/api/errors. google_notFound: " +
    "the clinic must share its calendar with the service account. resend_…: check the sender's domain at Resend.",
    "When the cause is fixed, send it again: select public.revive_job('<job>'); or all: select public.revive_jobs('outbox');",
  ],
  sync_failures: [
    "Agents are saved, but their assistants at Vapi don't follow. The queue tries again by itself.",
    "See what the attempts failed with: select last_error, count(*) from jobs where queue = 'tool-sync' and last_error is " +
    "not null and started_at > now() - interval '1 hour' group by 1 order by 2 desc;",
  ],
  vapi_5xx: [
    "Look at Vapi's status page (https://status.vapi.ai). Calls that need no sync go on; syncs are tried again by themselves.",
    "If Vapi says that all is well, filter the log for event vapi_request and look at operation and vapi_status.",
  ],
  tool_failures: [
    "Callers are told that something went wrong, and can't book. Treat it as an outage.",
    "Filter the log for event tool_call with outcome failed: its error names the cause. A deployment just before? Roll it back.",
  ],
  oldest_due_job: [
    "No worker runs for the queue: look at the log of the function of the same name, and call it by hand with a secret key.",
    "401 in table net._http_response: the Vault's secret_key is not a key of this project. Nothing there: pg_net stands still; " +
    "select net.worker_restart();",
  ],
  oldest_bulk_job: [
    "A migration or a relinking of all agents does not come to its end. See who holds it: select * from queues;",
    "Filter tool-sync's log for vapi_request: 429 means that Vapi's limit is the pace; lower VAPI_MAX_CONCURRENCY.",
  ],
  verification_errors: [
    "Something at Vapi is not as this deployment would have it: a tool or an assistant was changed there by hand.",
    "See what, and have it repaired: deno task verify, then deno task verify --fix.",
  ],
  verification_late: [
    "The daily verification has left no report, so nobody would hear of what is wrong at Vapi. Have one made by hand: deno " +
    "task verify.",
    "Filter the log of verify-config for event verify_failed around 05:07 UTC; nothing there: it isn't called; look at table " +
    "cron.job_run_details.",
  ],
  sms_pumping: [
    "Somebody may be calling to have expensive or ever new numbers texted. What was refused cost nothing; see what was sent: " +
    "select org_id, count(*) from sms_messages where created_at > now() - interval '1 hour' group by 1 order by 2 desc;",
    "If that is an attack, stop all texts: update platform_settings set texts_enabled = false; and look at Twilio's geo " +
    "permissions. docs/security.md, section Under attack, has the rest.",
  ],
  booking_flood: [
    "Somebody may be taking a clinic's times away. See which: select org_id, outcome, count(*) from tool_calls where " +
    "created_at > now() - interval '15 minutes' group by 1, 2 order by 3 desc;",
    "Lower the clinic's caps in booking_policies, or switch the tool off in org_tools: both hold from the next call on.",
  ],
  text_volume: [
    "When the limit is reached no text leaves until midnight UTC. See of what kind they were: select org_id, kind, count(*) " +
    "from sms_messages where created_at > now() - interval '1 day' group by 1, 2 order by 3 desc;",
    "A busy clinic: raise sms_policies.max_texts_per_day, or platform_settings.max_texts_per_day. An attack: see sms_pumping.",
  ],
  webhooks_refused: [
    "If calls fail: Vapi or Twilio sends another secret than ours. Compare VAPI_WEBHOOK_SECRET and TWILIO_AUTH_TOKEN with " +
    "what they have, and see deno task verify.",
    "If calls go well, somebody without the secret is trying and is refused: filter the log for event request_refused with error unauthorized.",
  ],
  rollout_stopped: [
    "The share that had the new definition has the earlier one back, as all others have. Nobody else gets the new one.",
    "See what its calls met with: select outcome, count(*) from tool_calls where tool = '<subject>' and created_at > now() - " +
    "interval '1 day' group by 1 order by 2 desc; fix the definition and deploy it, which ends the alert.",
    "If it isn't wanted any more, deploy the earlier code, and end the trial: operator_end_trial('<subject>', false).",
  ],
  heartbeat_lost: [
    "pg_cron does not run this task: what a lost request left behind is not picked up, and no figure is up to date.",
    "Look: select * from cron.job_run_details order by start_time desc limit 20; and restart the database if nothing is in it.",
  ],
  claim_without_deed: [
    "A patient believes what their assistant told them. Have the clinic call them back: Vapi's dashboard has the conversation.",
    "If it happens again, look at the agent's prompt and at its model: select vapi_call_id, agent_id from calls where " +
    "claimed_without_deed order by ended_at desc;",
  ],
  calendar_clash: [
    "The clinic has left no address for alerts: tell it by telephone, and enter organizations.alert_email.",
  ],
  visits_displaced: [
    "The patients have not been told, and will come. Tell the clinic by telephone, and enter organizations.alert_email.",
  ],
};

const NO_ADVICE = ["Look at table alerts and at the functions' logs around that time."];

/** Kinds for which there is advice. */
export const advisedKinds: readonly string[] = [
  ...new Set(Object.keys(ADVICE).map((key) => key.split("/")[0] ?? key)),
];

export function adviceFor({ kind, subject, jobId }: Alert): string[] {
  const advice = ADVICE[`${kind}/${subject}`] ?? ADVICE[kind] ?? NO_ADVICE;
  return advice.map((line) =>
    line.replace("<job>", jobId ?? "<job>").replaceAll("<subject>", subject)
  );
}
