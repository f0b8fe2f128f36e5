/**
 * Log fields of the work under way: whoever writes a line in it, however deep, needs no logger handed down. Its own module,
 * because tool endpoints, which start while somebody waits on the phone, do without.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Log, LogFields } from "./log.ts";

const context = new AsyncLocalStorage<LogFields>();

/** Runs the work; lines that loggers of `contextual` write in it carry the fields, in addition to those around it. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** The same log, with the fields of the work in which a line is written. Work that several callers share carries the fields of the one that began it. */
export function contextual(log: Log): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) =>
    log[level](event, { ...context.getStore(), ...fields });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => contextual(log.with(fields)),
  };
}
