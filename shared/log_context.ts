/**
 * The current work: code that logs a line or makes a request, however deep, needs nothing passed down to it. A separate module,
 * because tool endpoints, which start while somebody waits on the phone, do without it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Log, LogFields } from "./log.ts";

/** A request to another service: what it was and how long it took, nothing of its contents. */
export interface TracedRequest {
  method: string;
  /** Without the query, which may contain personal data. */
  path: string;
  /** HTTP status; null without an answer. */
  status: number | null;
  /** When it began, in milliseconds of this isolate's clock. */
  startedAt: number;
  ms: number;
}

interface Work {
  fields: LogFields;
  /** Collects the requests made in the current work. */
  onRequest?: (request: TracedRequest) => void;
}

const context = new AsyncLocalStorage<Work>();

/** Runs the work; lines logged in it through a `contextual` logger carry the fields, in addition to those around it. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  const around = context.getStore();
  return context.run({ ...around, fields: { ...around?.fields, ...fields } }, work);
}

/**
 * Runs the work and traces the requests made in it. A request made by shared work is traced only for the caller that started it.
 */
export function tracing<T>(onRequest: (request: TracedRequest) => void, work: () => T): T {
  return context.run({ fields: context.getStore()?.fields ?? {}, onRequest }, work);
}

/** Traces a request, if the current work is traced. */
export function noteRequest({ method, path, status, startedAt, ms }: TracedRequest): void {
  context.getStore()?.onRequest?.({
    method,
    path: path.split("?", 1)[0] ?? "",
    status,
    startedAt,
    ms,
  });
}

/**
 * The same log, with the fields of the work in which a line is written. Work shared by several callers has the fields of the
 * caller that started it.
 */
export function contextual(log: Log): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) =>
    log[level](event, { ...context.getStore()?.fields, ...fields });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => contextual(log.with(fields)),
  };
}
