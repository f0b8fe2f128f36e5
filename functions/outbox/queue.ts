/** The outbox as a queue: what its jobs are and who does them. */
import type { Queue } from "../../shared/worker/drain.ts";
import { LEASE_SECONDS } from "../../shared/worker/lifetime.ts";
import { lease } from "../../shared/worker/task.ts";
import { sendAlertToWebhook } from "./alert_webhook.ts";
import { syncCalendarEvent } from "./calendar_event.ts";
import type { OutboxDeps } from "./deps.ts";
import { sendAlert, sendEmail } from "./email.ts";
import { classify } from "./failure.ts";
import { sendSms } from "./sms.ts";
import { claimSchema, type OutboxJob } from "./task.ts";

export function outboxQueue(deps: OutboxDeps): Queue<OutboxJob, null> {
  const { db } = deps;
  return {
    name: "outbox",
    statusField: "upstream_status",
    async claim(limit) {
      const { jobs } = claimSchema.parse(
        await db.rpc("claim_outbox_jobs", { p_limit: limit, p_lease_seconds: LEASE_SECONDS }),
      );
      return { tasks: jobs, context: null };
    },
    async perform(task, _context, { signal }) {
      switch (task.kind) {
        case "sms":
          return await sendSms(deps, task, signal);
        case "calendar_event":
          return await syncCalendarEvent(deps, task, signal);
        case "email":
          return await sendEmail(deps, task, signal);
        case "alert":
          return await sendAlert(deps, task, signal);
        case "alert_webhook":
          return await sendAlertToWebhook(deps, task, signal);
        default:
          await db.rpc("complete_job", { ...lease(task), p_result: { status: "unknown_kind" } });
          return "unknown_kind";
      }
    },
    classify,
  };
}
