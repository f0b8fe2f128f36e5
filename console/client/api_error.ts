/** The one error of the client, whatever caused it: a function, PostgREST, or the network. */
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import { errorCodeOf } from "../../shared/db.ts";

/** What is wrong with a value, and its path. */
export interface Problem {
  path: string;
  message: string;
}

export interface ApiErrorDetails {
  /** HTTP status; 0 without an answer. */
  status: number;
  problems?: Problem[];
  retryAfterSeconds?: number;
  currentVersion?: number;
  cause?: unknown;
}

/**
 * The request was not carried out. `code` is one of those in `shared/db.ts` (`forbidden`, `not_found`, `invalid_input`, `version_conflict`,
 * `name_taken`, `rate_limited`, `quota_reached`), `unauthorized` (sign in again), `in_use` (something else refers to it), `unreachable` (no
 * answer: try again), or another code from a function. `message` may be shown.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;
  /** Everything that is wrong with the input; empty unless it is `invalid_input`. */
  readonly problems: readonly Problem[];
  readonly retryAfterSeconds: number | null;
  readonly currentVersion: number | null;

  constructor(code: string, message: string, details: ApiErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.problems = details.problems ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.currentVersion = details.currentVersion ?? null;
  }
}

const problemsSchema = z.array(z.object({ path: z.string(), message: z.string() }));

/** PostgREST's and Postgres's own codes, by their meaning for the caller. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^PGRST30[0-3]$/, "unauthorized"],
  [/^42501$/, "forbidden"],
  [/^PGRST116$/, "not_found"],
  [/^23503$/, "in_use"],
  [/^(23505|23P01)$/, "name_taken"],
  [/^(22|23)/, "invalid_input"],
];

interface DatabaseError {
  code: string;
  message: string;
  details?: string | null;
}

/** `status`: 0 if there was no answer. */
export function fromDatabase(status: number, error: DatabaseError): ApiError {
  const code = errorCodeOf(error.code) ??
    CODES.find(([pattern]) => pattern.test(error.code))?.[1] ??
    (status === 401 ? "unauthorized" : isUnavailable(status) ? "unreachable" : "database_error");
  const details: ApiErrorDetails = { status, cause: error };
  if (code === "invalid_input") details.problems = readProblems(error.details);
  if (code === "rate_limited") details.retryAfterSeconds = Number(error.details);
  if (code === "version_conflict") details.currentVersion = Number(error.details);
  return new ApiError(code, error.message, details);
}

function readProblems(details: string | null | undefined): Problem[] {
  try {
    return problemsSchema.safeParse(parseJson(details ?? "")).data ?? [];
  } catch {
    return [];
  }
}

const refusalSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) }),
});
const particularsSchema = z.object({
  retryAfterSeconds: z.optional(z.number()),
  currentVersion: z.optional(z.number()),
});

/** The error for a function's answer with an unsuccessful status. */
export async function fromResponse(response: Response): Promise<ApiError> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => null);
  const refusal = refusalSchema.safeParse(body).data?.error;
  if (refusal === undefined) {
    const code = status === 401 ? "unauthorized" : isUnavailable(status) ? "unreachable" : "error";
    return new ApiError(code, `The answer was ${status}`, { status });
  }
  const problems = problemsSchema.safeParse(refusal.details).data;
  const particulars = particularsSchema.safeParse(refusal.details).data;
  return new ApiError(refusal.code, refusal.message, {
    status,
    ...(problems && { problems }),
    ...(particulars?.retryAfterSeconds !== undefined && {
      retryAfterSeconds: particulars.retryAfterSeconds,
    }),
    ...(particulars?.currentVersion !== undefined && {
      currentVersion: particulars.currentVersion,
    }),
  });
}

/** A request without an answer: no network, or the caller stopped waiting. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError("unreachable", "There is no answer. Is the network there?", {
    status: 0,
    cause,
  });
}

/** No answer, or a gateway's. */
function isUnavailable(status: number): boolean {
  return status === 0 || status >= 502 && status <= 504;
}
