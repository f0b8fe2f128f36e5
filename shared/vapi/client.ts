import { ServiceError } from "../http/errors.ts";
import { send } from "../http/transport.ts";
import { parseJson } from "../json.ts";
import type { LaneName, Limiter } from "../limiter.ts";
import type { Log } from "../log.ts";
import { noteRequest } from "../log_context.ts";
import { retry, RetryError, type Sleep } from "../retry.ts";
import {
  createResource,
  createTools,
  MAX_LIMIT,
  type VapiAnswer,
  type VapiRequest,
} from "./resource.ts";
import { type Vapi, vapiAssistantSchema, vapiDocumentSchema } from "./port.ts";
import { errorOfAnswer, errorOfContent } from "./read_error.ts";

/** One attempt, as metrics and logs see it. */
export interface VapiAttempt {
  /** `tools.list`, `assistants.update`, … */
  operation: string;
  /** HTTP status; null if there was no answer. */
  status: number | null;
  /** Code of the ServiceError; null if the attempt succeeded. */
  code: string | null;
  ms: number;
  /** Counted from 1. */
  attempt: number;
}

export interface VapiOptions {
  /** Without trailing slash. */
  baseUrl: string;
  key: string;
  limiter: Limiter;
  /** Where its requests wait for their turn; default urgent. */
  lane?: LaneName;
  log?: Log;
  /** Called after each attempt. */
  onRequest?: (attempt: VapiAttempt) => void;
  /** Time limit of one attempt; default 10 s. */
  timeoutMs?: number;
  /** Time limit of one operation with all its attempts and waits; default 60 s. */
  budgetMs?: number;
  /** Items per page of a list; default PAGE_SIZE. */
  pageSize?: { tools?: number; assistants?: number };
  fetch?: typeof fetch;
  sleep?: Sleep;
}

const DEFAULT_BUDGET_MS = 60_000;
/** Items requested per page: as many tools as Vapi allows, but fewer assistants, since a prompt may be 20 kB. */
export const PAGE_SIZE = { tools: MAX_LIMIT, assistants: 250 };

/**
 * The port to Vapi over HTTP. Rate limits, 5xx, time-outs and network errors are retried after 2, 4 and 8 s, or after `Retry-After`; every
 * other refusal is thrown at once, and so is a create that may have succeeded.
 */
export function createVapi(options: VapiOptions): Vapi {
  const call = (request: VapiRequest) => sendWithRetry(request, options);
  const pageSize = { ...PAGE_SIZE, ...options.pageSize };
  const documents = (name: string, path: string) =>
    createResource(call, { name, path, schema: vapiDocumentSchema, pageSize: pageSize.assistants });
  return {
    tools: createTools(call, pageSize.tools),
    assistants: createResource(call, {
      name: "assistants",
      path: "/assistant",
      schema: vapiAssistantSchema,
      pageSize: pageSize.assistants,
    }),
    phoneNumbers: documents("phoneNumbers", "/phone-number"),
    squads: documents("squads", "/squad"),
    workflows: documents("workflows", "/workflow"),
  };
}

async function sendWithRetry(request: VapiRequest, options: VapiOptions): Promise<VapiAnswer> {
  const { limiter, lane, budgetMs = DEFAULT_BUDGET_MS, sleep } = options;
  const { signal } = request;
  try {
    return await retry(
      (attempt) => limiter.run(() => sendObserved(request, attempt, options), { signal, lane }),
      {
        shouldRetry: (error) =>
          error instanceof ServiceError && error.retryable && !error.outcomeUnknown &&
          error.code !== "aborted",
        retryAfterMs: (error) => error instanceof ServiceError ? error.retryAfterMs : null,
        budgetMs,
        ...(signal === undefined ? {} : { signal }),
        ...(sleep === undefined ? {} : { sleep }),
      },
    );
  } catch (error) {
    const last = error instanceof RetryError ? error.cause : error;
    throw last instanceof ServiceError ? last : abortedBeforeStart(request, last);
  }
}

async function sendObserved(
  request: VapiRequest,
  attempt: number,
  { budgetMs = DEFAULT_BUDGET_MS, ...options }: VapiOptions,
): Promise<VapiAnswer> {
  const { operation, method, path } = request;
  const startedAt = Date.now();
  const started = performance.now();
  const observe = (status: number | null, code: string | null) => {
    const ms = Math.round(performance.now() - started);
    options.onRequest?.({ operation, status, code, ms, attempt });
    noteRequest({ method, path, status, startedAt, ms });
    const level = code === null ? "debug" : "warn";
    options.log?.[level]("vapi_request", {
      operation,
      vapi_status: status,
      outcome: code ?? "ok",
      attempt,
      ms,
    });
  };
  try {
    const answer = await attemptOnce(request, options);
    observe(answer.status, null);
    return answer;
  } catch (error) {
    if (error instanceof ServiceError) {
      observe(error.status, error.code);
      // A limit applies to the whole account, so the other callers wait too.
      if (error.status === 429) options.limiter.pause(Math.min(error.retryAfterMs ?? 0, budgetMs));
    }
    throw error;
  }
}

async function attemptOnce(
  request: VapiRequest,
  { baseUrl, key, timeoutMs, fetch }: Pick<VapiOptions, "baseUrl" | "key" | "timeoutMs" | "fetch">,
): Promise<VapiAnswer> {
  const { operation, method, path, body, signal } = request;
  const answer = await send({
    service: "vapi",
    operation,
    method,
    url: `${baseUrl}${path}`,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }, { timeoutMs, signal, fetch });
  const { status, text } = answer;
  if (status < 200 || status >= 300) throw errorOfAnswer(request, answer);
  try {
    return { status, body: text === "" ? null : parseJson(text) };
  } catch (cause) {
    throw errorOfContent(request, status, "it is not JSON", cause);
  }
}

/** The caller gave up while the request was waiting for its turn or its next attempt. */
function abortedBeforeStart({ operation }: VapiRequest, cause: unknown): ServiceError {
  return new ServiceError(`${operation} was aborted before it was sent`, {
    service: "vapi",
    status: null,
    code: "aborted",
    retryable: true,
    outcomeUnknown: false,
    cause,
  });
}
