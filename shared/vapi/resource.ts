import { z } from "zod";
import { ServiceError } from "../http/service_error.ts";
import type { RequestLine } from "../http/transport.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { listPages } from "./list_pages.ts";
import type { VapiResource } from "./port.ts";
import { errorOfContent } from "./read_error.ts";

export interface VapiRequest {
  /** For logs and metrics: `tools.create`. */
  operation: string;
  method: RequestLine["method"];
  /** With leading slash, and the query if there is one. */
  path: string;
  body?: JsonObject;
  signal?: AbortSignal | undefined;
}

export interface VapiAnswer {
  status: number;
  /** Null for an empty body. */
  body: JsonValue;
}

/** Makes a request of Vapi, with retries or whatever else belongs to it. Throws ServiceError. */
export type VapiCall = (request: VapiRequest) => Promise<VapiAnswer>;

export interface ResourceOptions<T> {
  /** Plural, as in the names of operations. */
  name: string;
  /** Path of the collection. */
  path: string;
  schema: z.ZodType<T>;
  pageSize: number;
}

/** The methods that every kind of resource has, with answers parsed. */
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
        // Gone is gone, also when an earlier attempt's answer was lost.
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
