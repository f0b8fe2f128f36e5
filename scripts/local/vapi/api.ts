import type { DoubleRequest } from "../double/http_double.ts";
import type { DoubleAnswer } from "../double/respond.ts";
import type { Account } from "./account.ts";
import { badRequest, notFound, Refusal, unauthorized } from "./refusal.ts";

/** A body that the API refused although it was JSON. */
export interface RefusedBody {
  /** "PATCH /assistant/:id" */
  route: string;
  body: unknown;
  message: string | string[];
}

/** "PATCH", "/tool/123" → "PATCH /tool/:id": the name under which a request is logged and matched. */
export function routeOf(method: string, path: string): string {
  return `${method} ${path.replace(/^(\/[^/]+)\/[^/]+$/, "$1/:id")}`;
}

export interface ApiDeps {
  account: Account;
  keys: ReadonlySet<string>;
  /** Receives what was refused. */
  refusedBodies: RefusedBody[];
}

/**
 * Answers one request as Vapi does. Synchronous, so that a request is one indivisible step whatever else is under way. A path that the
 * double does not know is answered 404.
 */
export function answerRequest(
  { account, keys, refusedBodies }: ApiDeps,
  request: DoubleRequest,
): DoubleAnswer {
  try {
    const [scheme, key = ""] = request.authorization?.split(" ") ?? [];
    if (scheme !== "Bearer" || !keys.has(key)) throw unauthorized();
    return answer(account, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, body } = error;
    if (status === 400 && request.method !== "GET") {
      const route = routeOf(request.method, request.path);
      refusedBodies.push({ route, body: request.body, message: body.message });
    }
    return { status, body };
  }
}

function answer(account: Account, request: DoubleRequest): DoubleAnswer {
  const { method, path, query } = request;
  const [, collection = "", id, ...rest] = path.split("/");
  const resource = rest.length > 0 ? undefined : account.at(collection);
  const found = resource?.answer({
    method,
    id: id === undefined ? null : decodeURIComponent(id),
    query,
    body: () => sentBody(request),
  });
  if (found == null) throw notFound(`Cannot ${method} ${path}`);
  return found;
}

/** A missing body is validated as an empty one. */
function sentBody({ body, problem }: DoubleRequest): unknown {
  if (problem !== null) throw badRequest(problem);
  return body ?? {};
}
