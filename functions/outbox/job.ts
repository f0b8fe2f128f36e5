/** What the database hands to the outbox with a claimed job (see claim_outbox_jobs in the migrations). */
import { z } from "zod";
import { jobSchema } from "../../shared/worker/job.ts";

/** The parts that depend on the kind are parsed where that kind is carried out, so that a broken job breaks only itself. */
const outboxJobSchema = jobSchema.extend({
  /** For kind `sms`: whether somebody is waiting for it on the phone. */
  urgent: z.boolean().nullish(),
  event: z.json().optional(),
  email: z.json().optional(),
  alert: z.json().optional(),
});
export type OutboxJob = z.infer<typeof outboxJobSchema>;

export const claimSchema = z.object({ jobs: z.array(outboxJobSchema) });

const wantedEventSchema = z.object({
  googleCalendarId: z.string(),
  summary: z.string(),
  description: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  timezone: z.string(),
  /** Empty if nobody has entered an address. */
  location: z.string().default(""),
});
/** An event at Google, as it should be or as it was written. */
export type WantedEvent = z.infer<typeof wantedEventSchema>;

export const eventJobSchema = z.object({
  appointmentId: z.uuid(),
  /** Null if there should be no event. */
  wanted: wantedEventSchema.nullable(),
  /** The calendars that have an event or may have one; `written` is null until a write has been confirmed. */
  copies: z.array(
    z.object({ googleCalendarId: z.string(), written: wantedEventSchema.nullable() }),
  ),
});
export type EventJob = z.infer<typeof eventJobSchema>;

/** Null if its text was erased or its row is gone. */
export const emailJobSchema = z.object({
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  body: z.string(),
  /** For an invitation: the recipient gets an account, if they have none. */
  needsAccount: z.boolean(),
}).nullable();

const alertSchema = z.object({
  id: z.uuid(),
  kind: z.string(),
  /** What it is about, where the kind covers several things: a queue, a task, an organization. */
  subject: z.string(),
  state: z.enum(["pending", "firing", "resolved"]),
  severity: z.enum(["warning", "critical"]),
  message: z.string(),
  detail: z.record(z.string(), z.json()),
  /** Occurrences so far. */
  count: z.int(),
  /** Messages requested so far. */
  notificationCount: z.int(),
  jobId: z.uuid().nullable(),
  organization: z.string().nullable(),
  createdAt: z.string(),
  resolvedAt: z.string().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
/** Null if the alert has been deleted in the meantime. */
export const alertJobSchema = alertSchema.nullable();

export const smsTurnSchema = z.discriminatedUnion("action", [
  z.object({ action: z.literal("done"), outcome: z.string() }),
  z.object({
    action: z.literal("send"),
    messageId: z.uuid(),
    to: z.string(),
    body: z.string(),
    /** When the message becomes worthless; null if it never does. */
    secondsLeft: z.int().nullable(),
    /** When an earlier attempt began that may have succeeded. */
    triedSince: z.coerce.date().nullable(),
    /** Twilio's ids of other messages to the number. */
    othersSids: z.array(z.string()),
  }),
]);
/** What begin_sms decided. */
export type SmsTurn = z.infer<typeof smsTurnSchema>;
