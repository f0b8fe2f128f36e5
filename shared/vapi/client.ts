import type { Limiter } from "../limiter.ts";
import type { Log } from "../log.ts";
import { retry, RetryError, type Sleep } from "../retry.ts";
import { VapiError } from "./error.ts";
import type { Vapi } from "./port.ts";
import { send, type VapiAnswer, type VapiRequest } from "./request.ts";
import { createResource } from "./resource.ts";
import { vapiAssistantSchema } from "./schemas.ts";
import { createTools } from "./tools.ts";

/** One attempt, as metrics and logs see it. */
export interface VapiAttempt {
  /** `tools.list`, `assistants.update`, … */
  operation: string;
  /** HTTP status; null without an answer. */
  status: number | null;
  /** Code of the VapiError; null if the attempt succeeded. */
  code: string | null;
  ms: number;
  /** From 1. */
  attempt: number;
}

export interface VapiOptions {
  /** Without trailing slash. */
  baseUrl: string;
  key: string;
  limiter: Limiter;
  log?: Log;
  /** Called after each attempt. */
  onRequest?: (attempt: VapiAttempt) => void;
  /** Limit of one attempt; default 10 s. */
  timeoutMs?: number;
  /** Limit of one operation with all its attempts and waits; default 60 s. */
  budgetMs?: number;
  /** Items per page of a list; default 1,000 tools, 250 assistants (a prompt may be 20 kB). */
  pageSize?: { tools?: number; assistants?: number };
  fetch?: typeof fetch;
  sleep?: Sleep;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_BUDGET_MS = 60_000;
const DEFAULT_PAGE_SIZE = { tools: 1_000, assistants: 250 };

/**
 * The port to Vapi over HTTP. Rate limits, 5xx, time-outs and network errors are tried again after 2, 4 and
 * 8 s, or after `Retry-After`; every other refusal is thrown at once, and so is a create that may have happened.
 */
export function createVapi(options: VapiOptions): Vapi {
  const call = (request: VapiRequest) => sendWithRetry(request, options);
  const pageSize = { ...DEFAULT_PAGE_SIZE, ...options.pageSize };
  return {
    tools: createTools(call, pageSize.tools),
    assistants: createResource(call, {
      name: "assistants",
      path: "/assistant",
      schema: vapiAssistantSchema,
      pageSize: pageSize.assistants,
    }),
  };
}

async function sendWithRetry(request: VapiRequest, options: VapiOptions): Promise<VapiAnswer> {
  const { limiter, budgetMs = DEFAULT_BUDGET_MS, sleep } = options;
  const { signal } = request;
  try {
    return await retry(
      (attempt) => limiter.run(() => sendObserved(request, attempt, options), { signal }),
      {
        shouldRetry: (error) => isVapiError(error) && error.retryable && !error.outcomeUnknown,
        retryAfterMs: (error) => isVapiError(error) ? error.retryAfterMs : null,
        budgetMs,
        ...(signal === undefined ? {} : { signal }),
        ...(sleep === undefined ? {} : { sleep }),
      },
    );
  } catch (error) {
    const last = error instanceof RetryError ? error.cause : error;
    throw isVapiError(last) ? last : abortedBeforeStart(request, last);
  }
}

async function sendObserved(
  request: VapiRequest,
  attempt: number,
  { baseUrl, key, timeoutMs = DEFAULT_TIMEOUT_MS, budgetMs = DEFAULT_BUDGET_MS, ...options }:
    VapiOptions,
): Promise<VapiAnswer> {
  const { operation } = request;
  const started = performance.now();
  const observe = (status: number | null, code: string | null) => {
    const ms = Math.round(performance.now() - started);
    options.onRequest?.({ operation, status, code, ms, attempt });
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
    const answer = await send(request, { baseUrl, key, timeoutMs, fetch: options.fetch ?? fetch });
    observe(answer.status, null);
    return answer;
  } catch (error) {
    if (isVapiError(error)) {
      observe(error.status, error.code);
      // Who asks one caller to wait means the account, so the others wait too.
      if (error.status === 429) options.limiter.pause(Math.min(error.retryAfterMs ?? 0, budgetMs));
    }
    throw error;
  }
}

/** The caller gave up while the request waited for its turn or its next attempt. */
function abortedBeforeStart({ operation }: VapiRequest, cause: unknown): VapiError {
  return new VapiError(`${operation} was aborted before it was sent`, {
    status: null,
    code: "aborted",
    retryable: false,
    outcomeUnknown: false,
    cause,
  });
}

function isVapiError(error: unknown): error is VapiError {
  return error instanceof VapiError;
}
