import assert from "node:assert/strict";
import { alertMail } from "./alert_mail.ts";
import { alertChatText } from "./alert_webhook.ts";
import type { Alert } from "./job.ts";

const alert = {
  id: "00000000-0000-4000-8000-000000000001",
  kind: "job_dead",
  subject: "tool-sync",
  state: "firing" as const,
  severity: "critical" as const,
  message: "A tool-sync job gave up after 12 attempts: Vapi rejected the key",
  detail: { queue: "tool-sync", key: "agent:1", error: { code: "vapi_unauthorized" } },
  count: 1,
  notificationCount: 1,
  jobId: "00000000-0000-4000-8000-000000000002",
  organization: "Example Clinic",
  createdAt: "2026-11-24T12:00:00Z",
  resolvedAt: null,
} satisfies Alert;

Deno.test("alertMail() says what happened, what to do, and where to look", () => {
  const { subject, text } = alertMail(alert);
  assert.equal(subject, `[critical] ${alert.message}`);
  assert.match(text, /What to do:\n1\. The agent is saved/);
  assert.match(text, new RegExp(`select public\\.revive_job\\('${alert.jobId}'\\);`));
  assert.match(text, /Organization: Example Clinic\n/);
  assert.match(text, /error: {"code":"vapi_unauthorized"}/);
});

Deno.test("alertMail() advises by queue and kind, and never leaves the reader without a next step", () => {
  const advice = (change: Partial<Alert>) =>
    /What to do:\n1\. (.*)\n/.exec(alertMail({ ...alert, ...change }).text)?.[1] ?? "";
  assert.match(advice({ subject: "outbox" }), /could not be delivered/);
  assert.match(advice({ kind: "calendar_clash", detail: {} }), /left no address/);
  assert.match(advice({ kind: "something_new", detail: {} }), /table alerts/);
});

Deno.test("alertMail() says how often it happened, and that it is over, with nothing left to do", () => {
  const resolvedAt = "2026-11-24T13:00:00Z";
  assert.equal(
    alertMail({ ...alert, count: 3 }).subject,
    `[critical] ${alert.message} (3 times)`,
  );
  const { subject, text } = alertMail({ ...alert, state: "resolved", resolvedAt });
  assert.equal(subject, `[resolved] ${alert.message}`);
  assert.match(text, /Until: 2026-11-24T13:00:00Z\n/);
  assert.doesNotMatch(text, /What to do/);
});

Deno.test("alertChatText() says in three lines what happened, what to do first, and where more is", () => {
  const lines = alertChatText(alert).split("\n");
  assert.equal(lines[0], `[critical] ${alert.message}`);
  assert.match(lines[1] ?? "", /^The agent is saved/);
  assert.equal(lines[2], "docs/runbook.md, section job_dead");
  assert.equal(alertChatText({ ...alert, state: "resolved" }).split("\n").length, 2);
});

Deno.test("alertMail() masks phone numbers and addresses, and keeps the subject short", () => {
  const message = `Cannot text +15550100001 of a@clinic.example.com ${"x".repeat(200)}`;
  const { subject, text } = alertMail({ ...alert, message });
  assert.equal(subject.length, 120);
  assert.doesNotMatch(subject + text, /5550100001|a@clinic/);
});
