import type { AccountState } from "./account_state.ts";
import { createAssistant, deleteAssistant, getAssistant, updateAssistant } from "./assistants.ts";
import { parseListQuery } from "./list_query.ts";
import { assistantAnswer } from "./records.ts";
import { badRequest, notFound, Refusal, unauthorized } from "./refusal.ts";
import { createTool, deleteTool, getTool, updateTool } from "./tools.ts";

/** Parsed JSON, or the text that isn't JSON and why; an empty body is null. */
export type RequestBody = { json: unknown } | { text: string; problem: string };

export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | null;
  body: RequestBody;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}

interface Context {
  state: AccountState;
  id: string;
  query: URLSearchParams;
  body: () => unknown;
}

const routes: Record<string, (context: Context) => ApiAnswer> = {
  "POST /tool": ({ state, body }) => created(createTool(state, body())),
  "GET /tool": ({ state, query }) => ok(state.tools.list(parseListQuery(query))),
  "GET /tool/:id": ({ state, id }) => ok(getTool(state, id)),
  "PATCH /tool/:id": ({ state, id, body }) => ok(updateTool(state, id, body())),
  "DELETE /tool/:id": ({ state, id }) => ok(deleteTool(state, id)),
  "POST /assistant": ({ state, body }) => created(assistantAnswer(createAssistant(state, body()))),
  "GET /assistant": ({ state, query }) =>
    ok(state.assistants.list(parseListQuery(query)).map(assistantAnswer)),
  "GET /assistant/:id": ({ state, id }) => ok(assistantAnswer(getAssistant(state, id))),
  "PATCH /assistant/:id": ({ state, id, body }) =>
    ok(assistantAnswer(updateAssistant(state, id, body()))),
  "DELETE /assistant/:id": ({ state, id }) => ok(assistantAnswer(deleteAssistant(state, id))),
};

/** "PATCH", "/tool/123" → "PATCH /tool/:id": the name under which a request is logged and matched. */
export function routeOf(method: string, path: string): string {
  return `${method} ${path.replace(/^(\/[^/]+)\/[^/]+$/, "$1/:id")}`;
}

/**
 * Answers one request as Vapi does. Synchronous, so that a request is one indivisible step whatever
 * else is under way. A path that the double doesn't know is answered 404.
 */
export function answerRequest(
  state: AccountState,
  keys: ReadonlySet<string>,
  request: ApiRequest,
): ApiAnswer {
  try {
    const [scheme, key = ""] = request.authorization?.split(" ") ?? [];
    if (scheme !== "Bearer" || !keys.has(key)) throw unauthorized();
    const { method, path, query } = request;
    const route = routes[routeOf(method, path)];
    if (route === undefined) throw notFound(`Cannot ${method} ${path}`);
    const id = decodeURIComponent(path.split("/")[2] ?? "");
    return route({ state, id, query, body: () => jsonOf(request.body) });
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function created(body: unknown): ApiAnswer {
  return { status: 201, body };
}

/** A body that isn't sent is validated as an empty one. */
function jsonOf(body: RequestBody): unknown {
  if ("problem" in body) throw badRequest(body.problem);
  return body.json ?? {};
}
