/** The worker of the outbox queue: its kinds of jobs, and what carries each one out. */
import { contextual } from "../../shared/log_context.ts";
import type { Sleep } from "../../shared/retry.ts";
import { jobFields, lease, LEASE_SECONDS } from "../../shared/worker/job.ts";
import { patientDb } from "../../shared/db.ts";
import type { SingleFlight } from "../../shared/limiter.ts";
import { createWorker, type Queue, type WorkerDeps } from "../../shared/worker/worker.ts";
import { sendAlertToWebhook } from "./alert_webhook.ts";
import { syncCalendarEvent } from "./calendar_event.ts";
import type { OutboxDeps } from "./deps.ts";
import { sendAlert, sendEmail } from "./email.ts";
import { classify } from "./failure.ts";
import { claimSchema, type OutboxJob } from "./job.ts";
import { offerSlot } from "./offer_slot.ts";
import { sendSms } from "./sms.ts";

export interface OutboxPorts extends WorkerDeps {
  sleep: Sleep;
}

/** Creates an isolate's worker. `request` resolves when nothing more is due, or a successor has been called. */
export function createOutboxWorker(
  ports: OutboxPorts,
  services: Omit<OutboxDeps, "db">,
): SingleFlight {
  const db = patientDb(ports.db, ports);
  const deps = { ...ports, db, log: contextual(ports.log) };
  return createWorker(deps, outboxQueue({ ...services, db }));
}

/** Jobs, and so requests to the services, at one time. */
const AT_ONCE = 10;

function outboxQueue(deps: OutboxDeps): Queue<OutboxJob, null> {
  const { db } = deps;
  return {
    name: "outbox",
    statusField: "upstream_status",
    lanes: { urgent: { claims: 10, runs: AT_ONCE } },
    costMs: 3,
    claims: () => async ({ limit, leaseToken }) => {
      const { jobs } = claimSchema.parse(
        await db.rpc("claim_outbox_jobs", {
          p_limit: limit,
          p_lease_seconds: LEASE_SECONDS,
          p_lease_token: leaseToken,
        }),
      );
      return { jobs, batch: null };
    },
    async perform(job, _batch, signal) {
      switch (job.kind) {
        case "sms":
          return await sendSms(deps, job, signal);
        case "waitlist_offer":
          return await offerSlot(deps, job);
        case "calendar_event":
          return await syncCalendarEvent(deps, job, signal);
        case "email":
          return await sendEmail(deps, job, signal);
        case "alert":
          return await sendAlert(deps, job, signal);
        case "alert_webhook":
          return await sendAlertToWebhook(deps, job, signal);
        default:
          await db.rpc("complete_job", { ...lease(job), p_result: { status: "unknown_kind" } });
          return "unknown_kind";
      }
    },
    classify,
    fields: jobFields,
  };
}
