/**
 * The work under way: whoever writes a line of log or makes a request in it, however deep, needs nothing handed down. Its own module,
 * because tool endpoints, which start while somebody waits on the phone, do without.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Log, LogFields } from "./log.ts";

/** A request to another service: what it was and how long it took, nothing of what was said. */
export interface TracedRequest {
  method: string;
  /** Without query: that may hold what belongs to people. */
  path: string;
  /** HTTP status; null without an answer. */
  status: number | null;
  /** When it began, in milliseconds of this isolate's clock. */
  startedAt: number;
  ms: number;
}

interface Work {
  fields: LogFields;
  /** Takes the requests that are made in it. */
  onRequest?: (request: TracedRequest) => void;
}

const context = new AsyncLocalStorage<Work>();

/** Runs the work; lines that loggers of `contextual` write in it carry the fields, in addition to those around it. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  const around = context.getStore();
  return context.run({ ...around, fields: { ...around?.fields, ...fields } }, work);
}

/** Runs the work; the requests that are noted in it are told, those of whatever it shares with others to whoever began that. */
export function tracing<T>(onRequest: (request: TracedRequest) => void, work: () => T): T {
  return context.run({ fields: context.getStore()?.fields ?? {}, onRequest }, work);
}

/** Tells whoever traces the work under way, if anybody does. */
export function noteRequest({ method, path, status, startedAt, ms }: TracedRequest): void {
  context.getStore()?.onRequest?.({
    method,
    path: path.split("?", 1)[0] ?? "",
    status,
    startedAt,
    ms,
  });
}

/** The same log, with the fields of the work in which a line is written. Work that several callers share carries the fields of the one that began it. */
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
