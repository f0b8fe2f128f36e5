import { AppError } from "./errors.ts";
import type { Log, LogFields } from "../log.ts";

/** Says why a request was not carried out: a refusal as a warning, a fault of ours as an error. */
export function logRefusal(log: Log, event: string, error: unknown, fields: LogFields = {}): void {
  const isRefusal = error instanceof AppError && error.status < 500;
  const outcome = error instanceof AppError ? error.code : "failed";
  log[isRefusal ? "warn" : "error"](event, { outcome, ...fields, error });
}
