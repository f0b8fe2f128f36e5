import type { Database } from "./database_types.ts";
import { AppError } from "./http/errors.ts";
import { isJsonObject, jsonOrNull, type JsonValue, parseJson } from "./json.ts";
import type { Log } from "./log.ts";
import { retry, RetryError, type Sleep } from "./retry.ts";

/**
 * Error codes that the SQL functions raise (`raise exception using errcode = ...`), by meaning.
 * Class VT is unused by Postgres and PostgREST. Messages raised with these codes are safe for users.
 */
export const SQLSTATES = {
  not_found: "VT001",
  forbidden: "VT002",
  /** `detail` is the current version, an integer. */
  version_conflict: "VT003",
  /** `detail` is a JSON list of `{path, message}`. */
  invalid_input: "VT004",
  tenant_conflict: "VT005",
  tenant_unknown: "VT006",
  lease_lost: "VT007",
  name_taken: "VT008",
  /** `detail` is how many seconds to wait. */
  rate_limited: "VT009",
  quota_reached: "VT010",
} as const;

const CODE_BY_SQLSTATE: ReadonlyMap<string, string> = new Map(
  Object.entries(SQLSTATES).map(([code, sqlstate]) => [sqlstate, code]),
);

/** The error code that a SQLSTATE of ours stands for; null for any other. */
export function errorCodeOf(sqlstate: string): string | null {
  return CODE_BY_SQLSTATE.get(sqlstate) ?? null;
}

type Functions = Database["public"]["Functions"];

/** A function that the Data API exposes. */
export type RpcName = keyof Functions;

/** Its arguments: names and optional ones as in the schema; null if SQL allows it. */
export type RpcArgs<Name extends RpcName> = {
  [Argument in keyof Functions[Name]["Args"]]: JsonValue;
};

/** The port to Postgres: SQL functions called by name. */
export interface Db {
  /**
   * Calls a SQL function through PostgREST with named arguments. The result is unparsed: the caller parses it with zod. A call
   * that runs into a deadlock is repeated once. Throws AppError: what the function raised (see SQLSTATES) keeps its message and
   * details; every other database error becomes `database_error` or `database_unavailable`, with the original as `cause`.
   */
  rpc<Name extends RpcName>(
    fn: Name,
    args: RpcArgs<Name>,
    options?: RpcOptions,
  ): Promise<unknown>;
}

export interface RpcOptions {
  signal?: AbortSignal;
  /**
   * Repeats the call once if the database could not be reached or its answer was lost, unless that took longer than this. Only
   * for functions that are safe to repeat.
   */
  repeatWithinMs?: number;
}

export interface DbOptions {
  /** The project's URL, without `/rest/v1`. */
  url: string;
  /** A secret key (`sb_secret_...`), or a legacy JWT key. */
  key: string;
  /** Time limit per call; default 15 s. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  /** Clock in milliseconds. */
  now?: () => number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** Postgres ended one of two transactions that blocked each other: a serialization failure, a deadlock. */
const COLLISIONS: ReadonlySet<string> = new Set(["40001", "40P01"]);

/** Creates the port to the project's database. Opens no connection until it is used. */
export function createDb(
  {
    url,
    key,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    fetch = globalThis.fetch,
    now = () => performance.now(),
  }: DbOptions,
): Db {
  const headers = {
    apikey: key,
    "content-type": "application/json",
    // `sb_...` keys aren't JWTs: the gateway exchanges them, and refuses them as bearer tokens.
    ...(key.startsWith("sb_") ? {} : { authorization: `Bearer ${key}` }),
  };

  /** One request to PostgREST. A library that also builds queries would add 10 ms and 270 kB of memory to a cold start. */
  async function post(fn: string, args: object, signal: AbortSignal): Promise<Answer> {
    try {
      const body = JSON.stringify(args);
      const response = await fetch(`${url}/rest/v1/rpc/${fn}`, {
        method: "POST",
        headers,
        body,
        signal,
      });
      const { ok, status } = response;
      const text = await response.text();
      if (ok) return { data: text === "" ? null : parseJson(text) };
      return { error: readError(text), status };
    } catch (cause) {
      return { error: { code: "", message: String(cause), details: null }, status: 0 };
    }
  }

  return {
    async rpc(fn, args, { signal, repeatWithinMs = 0 } = {}) {
      const repeatUntil = now() + repeatWithinMs;
      for (let isFirst = true;; isFirst = false) {
        // Covers the body too.
        const limit = AbortSignal.timeout(timeoutMs);
        const answer = await post(
          fn,
          args,
          signal === undefined ? limit : AbortSignal.any([signal, limit]),
        );
        signal?.throwIfAborted();
        if (!("error" in answer)) return answer.data;
        const { error, status } = answer;
        const failure = toAppError(fn, status, error);
        // None of it was done, and the transaction that blocked it has finished.
        const hasCollided = COLLISIONS.has(error.code);
        const isLost = failure.code === "database_unavailable" && now() < repeatUntil;
        if (!isFirst || !hasCollided && !isLost) throw failure;
      }
    },
  };
}

/** Status 0: no answer came, or only part of one. */
type Answer = { data: unknown } | { error: DatabaseError; status: number };

/** What PostgREST reports; `code` is a SQLSTATE or `PGRST...`, or empty if something else answered. */
interface DatabaseError {
  code: string;
  message: string;
  details: string | null;
}

function readError(text: string): DatabaseError {
  const body = jsonOrNull(text);
  const { code, message, details } = isJsonObject(body) ? body : {};
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : text,
    details: typeof details === "string" ? details : null,
  };
}

function toAppError(fn: string, status: number, error: DatabaseError): AppError {
  const sqlstate = error.code;
  const code = errorCodeOf(sqlstate);
  const cause = new Error(
    `rpc ${fn}: ${sqlstate} ${withoutValues(sqlstate, error.message)}`.trim(),
  );
  if (code !== null) {
    const details = readDetails(code, error.details);
    return new AppError(code, error.message, {
      cause,
      ...(details === undefined ? {} : { details }),
      ...(code === "rate_limited" && error.details
        ? { headers: { "retry-after": error.details } }
        : {}),
    });
  }
  if (isUnavailable(status, sqlstate)) {
    return new AppError("database_unavailable", "The database can't be reached. Try again later.", {
      cause,
    });
  }
  return new AppError("database_error", "The database could not carry out the request.", { cause });
}

/**
 * Causes are logged, so they must not contain a patient's data: Postgres's `details` quote the row that failed, and the messages
 * of class 22 (data exceptions) end with the value: `invalid input syntax for type date: "..."`.
 */
function withoutValues(sqlstate: string, message: string): string {
  return sqlstate.startsWith("22") ? message.replace(/: ".*$/s, "") : message;
}

/** No answer, a gateway's error, or a SQLSTATE that means "not now" (overload, shutdown, time-out, deadlock). */
function isUnavailable(status: number, sqlstate: string): boolean {
  return status === 0 || status >= 502 && status <= 504 ||
    /^(08|53|57|40)|^PGRST00/.test(sqlstate);
}

function readDetails(code: string, detail: string | null): unknown {
  if (!detail) return undefined;
  if (code === "version_conflict") return { currentVersion: Number(detail) };
  if (code === "rate_limited") return { retryAfterSeconds: Number(detail) };
  const parsed = jsonOrNull(detail);
  return isJsonObject(parsed) || Array.isArray(parsed) ? parsed : undefined;
}

/**
 * For all attempts and waits of one call. PostgREST reconnects after 1, 2, 4, 8 and 16 s: with less than 31 s, a call would give
 * up before it could learn that a database had recovered after more than 15 s, and the job's attempt would be lost. A job may
 * take 60 s.
 */
const PATIENCE_MS = 40_000;
const DELAYS_MS = [250, 500, 1_000, ...Array.from({ length: 20 }, () => 2_000)];

export interface PatientDbOptions {
  log: Log;
  sleep: Sleep;
  now: () => number;
}

/**
 * The database as a worker sees it: while it is briefly away, a call is repeated until it is back. Otherwise a restart of one
 * second would cost every running job its whole lease.
 *
 * A call whose answer was lost may have taken effect, so only calls that are safe to repeat go through this port: rpcs that are
 * fenced by a lease or a claim token, and those that state how something is, not how it changes.
 */
export function patientDb(db: Db, { log, sleep, now }: PatientDbOptions): Db {
  let isAway = false;

  /**
   * Work announced in the meantime went unheard: pg_net's requests are lost in a crash, and the sweep comes only every ten
   * seconds.
   */
  async function welcomeBack(): Promise<void> {
    isAway = false;
    log.info("database_returned");
    await db.rpc("wake_due_queues", {}).catch((error) => log.warn("queues_not_woken", { error }));
  }

  return {
    async rpc(fn, args, options = {}) {
      const { signal } = options;
      try {
        const answer = await retry(() => db.rpc(fn, args, options), {
          shouldRetry: saysUnavailable,
          delaysMs: DELAYS_MS,
          budgetMs: PATIENCE_MS,
          sleep: async (ms, aborted) => {
            if (!isAway) log.warn("database_away", { rpc: fn });
            isAway = true;
            await sleep(ms, aborted);
          },
          now,
          ...(signal !== undefined && { signal }),
        });
        if (isAway) await welcomeBack();
        return answer;
      } catch (error) {
        throw error instanceof RetryError ? error.cause : error;
      }
    },
  };
}

function saysUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "database_unavailable";
}
