import { maskText } from "../redact.ts";
import type { Alert } from "./task.ts";

export interface Mail {
  subject: string;
  /** Plain text. */
  text: string;
}

/** Longest subject: mail programs show no more. */
const MAX_SUBJECT = 120;

/** What to do about an alert, by its kind; for a dead job by its queue. */
const ADVICE: Record<string, readonly string[]> = {
  "job_dead/tool-sync": [
    "The agent is saved, but its assistant at Vapi is not up to date: callers may reach an assistant without tools.",
    "Read the error above. 401 or 403: check VAPI_PRIVATE_KEY. 402: check the bill at Vapi. 5xx: check Vapi's status page.",
    "When the cause is mended, ask for the sync again: select public.revive_job('<job>');",
  ],
  "job_dead/outbox": [
    "A message or calendar entry could not be delivered. The booking itself stands.",
    "Read the error above. twilio_…: look the code up at https://www.twilio.com/docs/api/errors. google_notFound: " +
    "the clinic must share its calendar with the service account. resend_…: check the sender's domain at Resend.",
    "When the cause is mended, send it again: select public.revive_job('<job>');",
  ],
  calendar_clash: [
    "The clinic has left no address for alerts: tell it by telephone, and enter organizations.alert_email.",
  ],
};

const NO_ADVICE = ["Look at table alerts and at the functions' logs around that time."];

/** The mail to the platform's administrator: what happened, what to do, where to look. */
export function alertMail(alert: Alert): Mail {
  const { kind, severity, organization, jobId } = alert;
  const queue = alert.detail["queue"];
  const advice = ADVICE[typeof queue === "string" ? `${kind}/${queue}` : kind] ?? NO_ADVICE;
  const message = maskText(alert.message);
  const facts = [
    ["Alert", `${kind}, ${severity}, ${alert.id}`],
    ["Time", alert.createdAt],
    ...(organization === null ? [] : [["Organization", organization]]),
    ...(jobId === null ? [] : [["Job", jobId]]),
    ...Object.entries(alert.detail).map(([name, value]) => [
      name,
      maskText(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  ];
  return {
    subject: `[${severity}] ${message}`.slice(0, MAX_SUBJECT),
    text: [
      message,
      "",
      "What to do:",
      ...advice.map((line, index) => `${index + 1}. ${line.replace("<job>", jobId ?? "<job>")}`),
      "",
      ...facts.map(([name, value]) => `${name}: ${value}`),
      "",
    ].join("\n"),
  };
}
