import { z } from "zod";
import { ServiceError } from "../http/errors.ts";
import type { RequestLine } from "../http/transport.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type VapiResource, type VapiTools, vapiToolSchema } from "./port.ts";
import { errorOfContent } from "./read_error.ts";

/** Largest page that Vapi serves. */
export const MAX_LIMIT = 1_000;

/** Vapi's own page size. */
const DEFAULT_LIMIT = 100;

interface Item {
  id: string;
  createdAt: string;
}

export interface ListOptions<T> {
  operation: string;
  fetchPage: (query: string) => Promise<T[]>;
  /** Items per page; default the largest page that Vapi serves. */
  pageSize?: number;
}

/**
 * All items, page by page, without repeats. Vapi's lists have no cursor: the next page is requested by `createdAt` of the last item seen,
 * inclusive, since several may share it, and repeated items are dropped.
 *
 * The order of the lists is not documented, so it is inferred from each page. A list that cannot be read to its end (unordered, or with
 * more items of the same instant than fit a page) throws `list_incomplete`: code that looks for a tool before creating it must never
 * mistake half a list for the whole.
 */
export async function* listPages<T extends Item>(
  { operation, fetchPage, pageSize = MAX_LIMIT }: ListOptions<T>,
): AsyncGenerator<T[], void> {
  const seen = new Set<string>();
  let limit = pageSize;
  let filter = "";

  while (true) {
    const page = await fetchPage(`?limit=${limit}${filter}`);
    const fresh = page.filter(({ id }) => !seen.has(id) && seen.add(id));
    if (fresh.length > 0) yield fresh;

    const times = page.map(({ createdAt }) => Date.parse(createdAt));
    if (!isFull(times, limit)) return;
    const next = isOneInstant(times) ? filter : filterBeyond(operation, times);
    if (next !== filter) {
      filter = next;
    } else if (limit < MAX_LIMIT) {
      limit = MAX_LIMIT;
    } else {
      throw incomplete(operation, `${MAX_LIMIT} items or more share one createdAt`);
    }
  }
}

/** Whether there may be more. A page of Vapi's own page size also counts as full, in case `limit` is ignored. */
function isFull(times: readonly number[], limit: number): boolean {
  return times.length >= limit || times.length === DEFAULT_LIMIT && !isOneInstant(times);
}

/** Such a page shows neither the order of the list nor where to continue. */
function isOneInstant(times: readonly number[]): boolean {
  return times.every((time) => time === times[0]);
}

/** The filter for what comes after a full page, in the direction of its order. */
function filterBeyond(operation: string, times: readonly number[]): string {
  const first = times[0] ?? NaN;
  const last = times.at(-1) ?? NaN;
  const isDescending = first > last;
  const isOrdered = times.every((time, i) => {
    const previous = times[i - 1] ?? time;
    return isDescending ? time <= previous : time >= previous;
  });
  if (!isOrdered) throw incomplete(operation, "its items are not ordered by createdAt");
  // The answer's milliseconds may be truncated, so going downwards includes the whole millisecond.
  return isDescending
    ? `&createdAtLe=${encodeURIComponent(new Date(last + 1).toISOString())}`
    : `&createdAtGe=${encodeURIComponent(new Date(last).toISOString())}`;
}

function incomplete(operation: string, reason: string): ServiceError {
  return new ServiceError(`${operation} can't be read to its end: ${reason}`, {
    service: "vapi",
    status: null,
    code: "list_incomplete",
    retryable: false,
    outcomeUnknown: false,
  });
}

export interface VapiRequest {
  /** For logs and metrics: `tools.create`. */
  operation: string;
  method: RequestLine["method"];
  /** With leading slash, and the query if any. */
  path: string;
  body?: JsonObject;
  signal?: AbortSignal | undefined;
}

export interface VapiAnswer {
  status: number;
  /** Null for an empty body. */
  body: JsonValue;
}

/** Sends a request to Vapi, with retries and so on. Throws ServiceError. */
export type VapiCall = (request: VapiRequest) => Promise<VapiAnswer>;

export interface ResourceOptions<T> {
  /** Plural, as in the names of operations. */
  name: string;
  /** Path of the collection. */
  path: string;
  schema: z.ZodType<T>;
  pageSize: number;
}

/** The methods that every kind of resource has, with parsed answers. */
export function createResource<T extends { id: string; createdAt: string }>(
  call: VapiCall,
  { name, path, schema, pageSize }: ResourceOptions<T>,
): VapiResource<T> {
  const pageSchema = z.array(schema);
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;
  const one = async (request: VapiRequest) => parse(schema, request, await call(request));

  const resource: VapiResource<T> = {
    pages({ signal } = {}) {
      const operation = `${name}.list`;
      return listPages({
        operation,
        pageSize,
        async fetchPage(query) {
          const request: VapiRequest = { operation, method: "GET", path: path + query, signal };
          return parse(pageSchema, request, await call(request));
        },
      });
    },
    async list(options) {
      const items: T[] = [];
      for await (const page of resource.pages(options)) items.push(...page);
      return items;
    },
    async get(id, { signal } = {}) {
      try {
        return await one({ operation: `${name}.get`, method: "GET", path: pathOf(id), signal });
      } catch (error) {
        if (error instanceof ServiceError && error.code === "not_found") return null;
        throw error;
      }
    },
    create: (body, { signal } = {}) =>
      one({ operation: `${name}.create`, method: "POST", path, body, signal }),
    update: (id, body, { signal } = {}) =>
      one({ operation: `${name}.update`, method: "PATCH", path: pathOf(id), body, signal }),
    async remove(id, { signal } = {}) {
      try {
        await call({ operation: `${name}.remove`, method: "DELETE", path: pathOf(id), signal });
      } catch (error) {
        // It is gone, which is what counts, even if an earlier attempt's answer was lost.
        if (!(error instanceof ServiceError && error.code === "not_found")) throw error;
      }
    },
  };
  return resource;
}

function parse<T>(schema: z.ZodType<T>, request: VapiRequest, { status, body }: VapiAnswer): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw errorOfContent(request, status, z.prettifyError(parsed.error), parsed.error);
}

/** `/tool`: like every resource, except for what Vapi does differently with PATCH. */
export function createTools(call: VapiCall, pageSize: number): VapiTools {
  const resource = createResource(call, {
    name: "tools",
    path: "/tool",
    schema: vapiToolSchema,
    pageSize,
  });
  // Vapi's own sources disagree on whether a PATCH must or must not carry `type`: find out.
  let sendsType = true;

  return {
    ...resource,
    async update(id, { type = "function", ...patch }, options) {
      const withoutType = () => resource.update(id, patch, options);
      if (!sendsType) return await withoutType();
      try {
        return await resource.update(id, { type, ...patch }, options);
      } catch (error) {
        if (!refusesType(error)) throw error;
        const updated = await withoutType();
        sendsType = false;
        return updated;
      }
    },
  };
}

/** A 400 about the top-level key `type`, not about one such as `function.parameters.type`. */
function refusesType(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 400 &&
    /(?<![\w.])type\b/.test(error.message);
}
