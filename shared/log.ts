/**
 * Structured logs: one JSON object per line, on the console method of its level.
 * Whatever is handed over, no secret, full phone number, e-mail address or transcript is written (redact.ts).
 */
import { redact } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * Field names in use: request_id, job_id, org_id, agent_id, assistant_id, tool, call_id, attempt, ms,
 * vapi_status, outcome, execution_id, error. An Error may be given as it is.
 */
export type LogFields = Record<string, unknown>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger that adds these fields to each line. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  /** Where lines go; default the console. */
  write?: (level: LogLevel, line: string) => void;
  now?: () => Date;
}

/** Longest line that Supabase keeps, in characters. */
const MAX_LINE = 10_000;

/** Creates the logger of a function; `fields` are added to each line, those that are undefined left out. */
export function createLogger(fn: string, fields: LogFields = {}, options: LogOptions = {}): Log {
  const { write = writeToConsole, now = () => new Date() } = options;
  const at = (level: LogLevel) => (event: string, more: LogFields = {}) => {
    const head = { ts: now().toISOString(), level, event, fn };
    write(level, toLine(head, { ...fields, ...more }));
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (more) => createLogger(fn, { ...fields, ...more }, options),
  };
}

function toLine(head: Record<string, string>, fields: LogFields): string {
  const line = JSON.stringify({ ...head, ...redact(fields) });
  if (line.length <= MAX_LINE) return line;
  return JSON.stringify({ ...head, truncated: true, text: line.slice(0, MAX_LINE / 2) });
}

function writeToConsole(level: LogLevel, line: string): void {
  // deno-lint-ignore no-console -- the only place that writes logs
  console[level](line);
}
