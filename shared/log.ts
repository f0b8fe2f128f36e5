/**
 * Structured logs: one JSON object per line, on the console method of its level. Whatever is passed in, no secret, full phone
 * number, e-mail address or transcript is written.
 */
import type { JsonObject, JsonValue } from "./json.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * Field names in use: request_id, job_id, org_id, agent_id, assistant_id, tool, call_id, attempt, ms, vapi_status, outcome,
 * execution_id, error. An Error may be passed as it is.
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

/** Creates the logger of a function; `fields` are added to each line, except those that are undefined. */
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

const REDACTED = "[redacted]";
const MAX_TEXT = 1_000;
/**
 * How much of a text is examined: more than is kept, because masking shortens it. Patterns would take too long on endless texts.
 */
const MAX_RAW_TEXT = 2_000;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;

/** Parts of key names (lower case, without `_` and `-`) whose values are never logged. */
const SENSITIVE_PART = new RegExp(
  "secret|token|authorization|apikey|privatekey|password|credential|cookie|signature|prompt|transcript|" +
    "patientname|firstmessage|arguments",
);

/** Key names that are sensitive only as a whole: `code` is a one-time code, `error_code` is not. */
const SENSITIVE_NAME = new Set([
  "code",
  "otp",
  "pin",
  "jwt",
  "args",
  "body",
  "content",
  "messages",
]);

const SECRET_IN_TEXT = /\b(?:Bearer|Basic)\s+\S+|\bsb_secret_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const EMAIL_IN_TEXT = /[\w.%+-]+@([\w-]+(?:\.[\w-]+)+)/g;
/** E.164 with or without separators; ten to fifteen digits in a row; and the North American grouping. */
const PHONE_IN_TEXT =
  /\+\d[\d ().-]{5,18}\d|(?<![\w.-])(?:\d{10,15}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])/g;

/** The fields as they may be logged, without undefined ones. */
export function redact(fields: Record<string, unknown>): JsonObject {
  return redactObject(fields, 0);
}

/** Most texts in most lines: there is nothing to mask in them, and searching would cost as much as the rest of the line. */
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

/** The text with secrets, e-mail addresses and phone numbers masked, cut at 1,000 characters. */
export function maskText(text: string): string {
  if (UUID.test(text)) return text;
  const masked = beginning(text)
    .replace(SECRET_IN_TEXT, REDACTED)
    .replace(EMAIL_IN_TEXT, "***@$1")
    .replace(PHONE_IN_TEXT, (phone) => `***${phone.slice(-2)}`);
  return masked.length <= MAX_TEXT ? masked : `${masked.slice(0, MAX_TEXT)}\u2026`;
}

/** The beginning of a long text, without its last word: half a number or address would not be recognised as one. */
function beginning(text: string): string {
  if (text.length <= MAX_RAW_TEXT) return text;
  const raw = text.slice(0, MAX_RAW_TEXT);
  return `${raw.slice(0, raw.lastIndexOf(" ") + 1)}\u2026`;
}

function redactObject(fields: object, depth: number): JsonObject {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .slice(0, MAX_ITEMS)
    .map(([key, value]): [string, JsonValue] => [
      key,
      isSensitive(key) && value !== null ? REDACTED : redactValue(value, depth),
    ]);
  return Object.fromEntries(entries);
}

function redactValue(value: unknown, depth: number): JsonValue {
  if (typeof value === "string") return maskText(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object") return maskText(String(value));
  if (depth >= MAX_DEPTH) return "[\u2026]";
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  }
  return redactObject(value, depth + 1);
}

/** An error's `code` is a machine code, so it is kept. */
function describeError(error: Error, depth: number): JsonObject {
  const { name, message, stack, cause } = error;
  const code: unknown = Reflect.get(error, "code");
  const status: unknown = Reflect.get(error, "status");
  return {
    name,
    message: maskText(message),
    ...(typeof code === "string" ? { code: maskText(code) } : {}),
    ...(typeof status === "number" ? { status } : {}),
    ...(stack === undefined ? {} : { stack: maskText(stack) }),
    ...(cause === undefined ? {} : { cause: redactValue(cause, depth + 1) }),
  };
}

/** Remembers which keys are sensitive: nearly all lines have the same few keys. */
const known = new Map<string, boolean>();
const MAX_KNOWN = 500;

function isSensitive(key: string): boolean {
  const before = known.get(key);
  if (before !== undefined) return before;
  const name = key.toLowerCase().replaceAll(/[_-]/g, "");
  const sensitive = SENSITIVE_NAME.has(name) || SENSITIVE_PART.test(name);
  if (known.size < MAX_KNOWN) known.set(key, sensitive);
  return sensitive;
}
