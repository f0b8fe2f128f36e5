/**
 * The frame of every function. Everything that is the same for all of them is here and nowhere else: the accepted methods,
 * authentication, the request id, the log, error responses, and CORS. A handler contains only what is special to its function.
 */
import type { SupabaseEnv } from "../env/env.ts";
import { matchesAny } from "../hash.ts";
import type { Log } from "../log.ts";
import { AppError, createRefusalSampler, logRefusal, toErrorResponse } from "./errors.ts";

interface EdgeRuntime {
  waitUntil(promise: Promise<unknown>): void;
}

declare global {
  /** Provided by Supabase's edge runtime; absent elsewhere. */
  var EdgeRuntime: EdgeRuntime | undefined;
}

/**
 * Keeps the isolate alive until the promise settles. This is not durable: an isolate may be killed at any time, so anything that
 * must not be lost is in the database. The promise must handle its own errors.
 */
export function inBackground(promise: Promise<unknown>): void {
  globalThis.EdgeRuntime?.waitUntil(promise);
}

/** Costs a tenth of what a timer costs; Deno has it since 2.4. */
const atOnce: unknown = Reflect.get(globalThis, "setImmediate");

/** Does what is not part of the answer once the answer is on its way: writing a line of log takes as long as checking a save. */
export function afterwards(work: () => void): void {
  const answered = new Promise<void>((done) => {
    if (typeof atOnce === "function") atOnce(done);
    else setTimeout(done, 0);
  });
  inBackground(answered.then(work));
}

export interface SecretOptions {
  /** Accepted as `Authorization: Bearer`, from a caller that cannot choose its headers. */
  bearerTokens?: readonly string[];
}

/**
 * Admits our own services and operators: the header `apikey` is one of the project's secret keys. (They are not JWTs, so such
 * functions run with `verify_jwt = false`, and this check is the only one.)
 */
export function secret(
  { secretKeys }: Pick<SupabaseEnv, "secretKeys">,
  { bearerTokens = [] }: SecretOptions = {},
): Auth<null> {
  return {
    async authenticate({ headers }) {
      const given = headers.get("apikey") ?? "";
      if (await matchesAny(given, secretKeys)) return null;
      const token = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
      if (await matchesAny(token ?? "", bearerTokens)) return null;
      throw new AppError(
        "unauthorized",
        given === ""
          ? "The header apikey is missing"
          : "The header apikey is not a secret key of this project",
      );
    },
  };
}

/**
 * How callers prove who they are: `user(env)`, `secret(env)`, `vapi(env)`, `twilio(env)`. A value and not a name, so that a
 * function loads only the one that it uses.
 */
export interface Auth<Caller> {
  /**
   * What the request proves. Throws `unauthorized` if it proves nothing; whatever can be refused without the body is refused
   * before the body is read.
   */
  authenticate(request: Request): Promise<Caller>;
  /** Whether browsers call: preflights are answered, and a page from any origin can read every answer. */
  readonly browsers?: boolean;
  /** The answer to an error, for callers that do not understand our statuses; null leaves it to the frame. */
  answerError?(error: unknown): Response | null;
}

export interface Frame<Caller> {
  auth: Auth<Caller>;
  /** Methods accepted from authenticated callers; default POST. */
  methods?: readonly string[];
  /** Answers anybody's GET: it shows that the function exists. */
  probe?: () => Response;
  log: Log;
  /** The log's event for a request that was not carried out; default `request_refused`. */
  refusal?: string;
  /** Called for each request that failed to prove its sender. */
  onStranger?: () => void;
}

/** A request that was admitted. */
export interface Call<Caller> {
  readonly request: Request;
  /** What the authentication returned. */
  readonly caller: Caller;
  /** The caller's `x-request-id`, or a new one. It is in every line of `log`, and in the answer. */
  readonly requestId: string;
  readonly log: Log;
}

/** What a function exports: `export default serve(...)`. */
export interface Served {
  fetch(request: Request): Promise<Response>;
}

/** A request id that we accept from outside: it is copied to logs and headers. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Any origin may call: authority comes from the bearer token alone, and no cookie is ever read. */
const READABLE = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "preference-applied, retry-after, x-request-id",
};

/** Besides our own, every header that supabase-js sends: a browser refuses the whole request if one is missing here. */
const ALLOWED_HEADERS = [
  ...["authorization", "apikey", "content-type", "x-client-info"],
  ...["x-retry-count", "x-region", "traceparent", "tracestate", "baggage"],
  ...["prefer", "accept-profile", "content-profile", "x-supabase-api-version", "x-request-id"],
].join(", ");

const PREFLIGHT = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
  "access-control-allow-headers": ALLOWED_HEADERS,
  "access-control-max-age": "86400",
};

/** Admits the requests that are allowed. Whatever the handler throws becomes an answer and a line in the log. */
export function serve<Caller>(
  { auth, methods = ["POST"], probe, log: base, refusal = "request_refused", onStranger }: Frame<
    Caller
  >,
  handler: (call: Call<Caller>) => Promise<Response>,
): Served {
  const ofStrangers = createRefusalSampler();
  const allowed = probe === undefined ? methods : ["GET", ...methods];

  function signed(response: Response, requestId: string): Response {
    response.headers.set("x-request-id", requestId);
    if (auth.browsers === true) {
      for (const [name, value] of Object.entries(READABLE)) response.headers.set(name, value);
    }
    return response;
  }

  return {
    async fetch(request) {
      if (auth.browsers === true && request.method === "OPTIONS") {
        return new Response(null, { status: 204, headers: PREFLIGHT });
      }
      const requestId = requestIdOf(request);
      if (probe !== undefined && request.method === "GET") return signed(probe(), requestId);
      const startedAt = performance.now();
      const log = base.with({ request_id: requestId });
      let isStranger = true;
      try {
        requireMethod(request, allowed);
        const caller = await auth.authenticate(request);
        isStranger = false;
        return signed(await handler({ request, caller, requestId, log }), requestId);
      } catch (error) {
        const fields = { ms: Math.round(performance.now() - startedAt) };
        if (isStranger) {
          ofStrangers.log(log, refusal, error, fields);
          if (error instanceof AppError && error.status === 401) onStranger?.();
        } else logRefusal(log, refusal, error, fields);
        return signed(auth.answerError?.(error) ?? toErrorResponse(error), requestId);
      }
    },
  };
}

/**
 * A function that is created at its first request, so that one that cannot be created (the environment is incomplete) still
 * answers, with an error that reveals nothing, and is tried again at the next request.
 */
export function serveLazily(create: () => Served, logFailure: (error: unknown) => void): Served {
  let served: Served | undefined;
  return {
    fetch(request) {
      try {
        served ??= create();
      } catch (error) {
        logFailure(error);
        return Promise.resolve(toErrorResponse(error));
      }
      return served.fetch(request);
    },
  };
}

/** Throws `method_not_allowed`, with the `Allow` header, unless the request uses one of the methods. */
function requireMethod(request: Request, methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  throw new AppError(
    "method_not_allowed",
    `${request.method} is not supported here; use ${methods.join(" or ")}`,
    { headers: { allow: methods.join(", ") } },
  );
}

function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

interface Worker {
  request(): Promise<void>;
}

export interface WorkerFunction {
  env: Pick<SupabaseEnv, "secretKeys">;
  /** Told that there may be work; may still be loading. */
  worker: Worker | Promise<Worker>;
  log: Log;
}

/**
 * The function of a worker, woken by pg_net, pg_cron or an earlier worker. It answers 202 at once, so that a slow service never
 * holds up pg_net's batch; the queue is drained in the background.
 */
export function serveWorker({ env, worker, log }: WorkerFunction): Served {
  return serve({ auth: secret(env), log, refusal: "wake_refused" }, ({ log }) => {
    const drained = Promise.resolve(worker).then(({ request }) => request());
    inBackground(drained.catch((error) => log.error("drain_failed", { error })));
    return Promise.resolve(Response.json({ success: true, accepted: true }, { status: 202 }));
  });
}
