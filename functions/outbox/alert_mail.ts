import { maskText } from "../../shared/log.ts";
import { adviceFor } from "./alert_advice.ts";
import type { Alert } from "./job.ts";

export interface Mail {
  subject: string;
  /** Plain text. */
  text: string;
}

/** Longest subject: mail programs show no more. */
const MAX_SUBJECT = 120;

/** The mail to the platform's administrator: what happened, what to do and where to look, or that it is over. */
export function alertMail(alert: Alert): Mail {
  const headline = alertHeadline(alert);
  return {
    subject: headline.slice(0, MAX_SUBJECT),
    text: [
      headline,
      "",
      ...whatToDo(alert),
      "",
      ...facts(alert).map(([name, value]) => `${name}: ${value}`),
      "",
    ].join("\n"),
  };
}

/** One line: what happened and how bad it is, or that it is over. */
export function alertHeadline({ state, severity, message, count }: Alert): string {
  const mark = state === "resolved" ? "resolved" : severity;
  return `[${mark}] ${maskText(message)}${count > 1 ? ` (${count} times)` : ""}`;
}

function whatToDo(alert: Alert): string[] {
  if (alert.state === "resolved") return ["It is over: there is nothing to do."];
  return [
    "What to do:",
    ...adviceFor(alert).map((line, index) => `${index + 1}. ${line}`),
    `More: docs/runbook.md, section ${alert.kind}.`,
  ];
}

function facts(alert: Alert): [name: string, value: string][] {
  const { kind, subject, severity, id, organization, jobId, createdAt, resolvedAt } = alert;
  return [
    ["Alert", `${kind}, ${severity}, ${id}`],
    ...(subject === "" ? [] : [["About", subject] satisfies [string, string]]),
    ["Since", createdAt],
    ...(resolvedAt === null ? [] : [["Until", resolvedAt] satisfies [string, string]]),
    ...(organization === null ? [] : [["Organization", organization] satisfies [string, string]]),
    ...(jobId === null ? [] : [["Job", jobId] satisfies [string, string]]),
    ...Object.entries(alert.detail).map(([name, value]): [string, string] => [
      name,
      maskText(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  ];
}
