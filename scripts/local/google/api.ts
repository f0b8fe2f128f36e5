import { z } from "zod";
import type { DoubleRequest } from "../double/http_double.ts";
import type { DoubleAnswer } from "../double/respond.ts";
import type { CalendarState, EventRecord } from "./events.ts";
import { freeBusy } from "./free_busy.ts";
import { GoogleRefusal, invalid, notFound } from "./refusal.ts";

const EVENTS = ["calendar", "calendar.events"];
const FREE_BUSY = [
  "calendar",
  "calendar.readonly",
  "calendar.freebusy",
  "calendar.events.freebusy",
];

const listQuerySchema = z.object({
  timeMin: z.iso.datetime({ offset: true }),
  timeMax: z.iso.datetime({ offset: true }),
  maxResults: z.coerce.number().int().min(1).max(2_500).default(250),
});

export interface Api {
  calendars: ReadonlyMap<string, CalendarState>;
  scopesOf(authorization: string | null): string[] | null;
}

/** Answers a request below /calendar/v3. */
export function answerCalendarRequest(api: Api, request: DoubleRequest): DoubleAnswer {
  try {
    return route(api, request);
  } catch (error) {
    if (error instanceof GoogleRefusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function route({ calendars, scopesOf }: Api, request: DoubleRequest): DoubleAnswer {
  const scopes = scopesOf(request.authorization);
  if (scopes === null) throw new GoogleRefusal(401, "authError", "Invalid Credentials");
  const requireOneOf = (allowed: string[]) => {
    if (allowed.some((scope) => scopes.includes(scope))) return;
    throw new GoogleRefusal(
      403,
      "insufficientPermissions",
      "Request had insufficient authentication scopes.",
    );
  };

  if (`${request.method} ${request.path}` === "POST /calendar/v3/freeBusy") {
    requireOneOf(FREE_BUSY);
    return { status: 200, body: freeBusy(calendars, jsonOf(request)) };
  }

  const path = /^\/calendar\/v3\/calendars\/([^/]+)\/events(?:\/([^/]+))?$/.exec(request.path);
  if (path === null) throw notFound();
  requireOneOf(EVENTS);
  const calendar = calendars.get(decodeURIComponent(path[1] ?? ""));
  if (calendar === undefined) throw notFound();
  const id = path[2];
  if (id === undefined) {
    if (request.method === "POST") return ok(calendar.insert(jsonOf(request)));
    if (request.method === "GET") return ok(list(calendar, request.query));
  } else {
    if (request.method === "PATCH") return ok(calendar.patch(id, jsonOf(request)));
    if (request.method === "DELETE") {
      calendar.remove(id);
      return { status: 204 };
    }
    const event = calendar.events.get(id);
    if (request.method === "GET" && event !== undefined) return ok(event);
  }
  throw notFound();
}

function list(calendar: CalendarState, query: URLSearchParams): { items: EventRecord[] } {
  const parsed = listQuerySchema.safeParse(Object.fromEntries(query));
  if (!parsed.success) throw invalid("Bad Request");
  const { timeMin, timeMax, maxResults } = parsed.data;
  return {
    items: calendar.between(Date.parse(timeMin), Date.parse(timeMax)).slice(0, maxResults),
  };
}

function ok(body: unknown): DoubleAnswer {
  return { status: 200, body };
}

function jsonOf({ text }: DoubleRequest): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new GoogleRefusal(400, "parseError", "Parse Error");
  }
}
