import type { z } from "zod";
import { contractErrors, keysOf, kindOf, variantOf } from "../../../shared/vapi/contract.ts";
import type { DoubleAnswer } from "../double/respond.ts";
import { jsonbOrder } from "./jsonb_order.ts";
import { type ListQuery, parseListQuery } from "./list_query.ts";
import type { Stored } from "./records.ts";
import { badRequest, notFound } from "./refusal.ts";

type Fields = Record<string, unknown>;

export interface ResourceOptions<Body> {
  /** "/tool" */
  path: string;
  /** In messages: "Tool". */
  label: string;
  /** Reads what the contract has accepted, and fills in defaults. */
  schema: z.ZodType<Body>;
  now: () => number;
  orgId: string;
  /** Parameters of its list besides limit and times. */
  filters?: string[];
  /** How a record is read back; unchanged by default. */
  show?: (record: Body & Stored) => unknown;
  /** Throws the reason why it cannot be deleted. */
  beforeDelete?: (record: Body & Stored) => void;
  /** Called after each change; null for a state without the record. */
  onChange?: (before: (Body & Stored) | null, after: (Body & Stored) | null) => void;
}

export interface ResourceRequest {
  method: string;
  /** null for the collection. */
  id: string | null;
  query: URLSearchParams;
  /** Throws if it can't be read. */
  body: () => unknown;
}

/** All resources of one kind in the account. Only the time of `list` depends on their number. */
export class Resource<Body extends object> {
  readonly #options: ResourceOptions<Body>;
  readonly #records = new Map<string, Body & Stored>();
  #newestCreatedAt = "";
  #inOrder = true;

  constructor(options: ResourceOptions<Body>) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }

  get all(): ReadonlyMap<string, Body & Stored> {
    return this.#records;
  }

  /** Throws 404. */
  get(id: string): Body & Stored {
    const record = this.#records.get(id);
    if (record === undefined) throw notFound(`${this.#options.label} ${id} not found`);
    return record;
  }

  /** `POST`. Names are not unique: the same body sent twice creates two. */
  create(body: unknown): Body & Stored {
    const { path, orgId } = this.#options;
    const { values } = checked(`POST ${path}`, body);
    const at = this.#timestamp();
    const id = crypto.randomUUID();
    const stored = { id, orgId, createdAt: at, updatedAt: at, latestVersion: "v1" };
    return this.put({ ...this.#read(values), ...stored });
  }

  /**
   * `PATCH`: shallow. A top-level key that is sent replaces its whole value (a `model` without messages loses the
   * prompt), the others stay, null clears. There is no ETag.
   */
  update(id: string, body: unknown): Body & Stored {
    const before = this.get(id);
    const { values, cleared } = checked(
      shapeOfUpdate(`PATCH ${this.#options.path}/:id`, before),
      body,
    );
    const kept = Object.entries(before).filter(([key]) => !cleared.includes(key));
    const { orgId, createdAt, latestVersion } = before;
    return this.put({
      ...this.#read({ ...Object.fromEntries(kept), ...values }),
      ...{
        id,
        orgId,
        createdAt,
        updatedAt: this.#timestamp(),
        latestVersion: nextVersion(latestVersion),
      },
    });
  }

  /** `DELETE`. References to it keep its id, which then dangles. */
  delete(id: string): Body & Stored {
    const record = this.get(id);
    this.#options.beforeDelete?.(record);
    this.#records.delete(id);
    this.#options.onChange?.(record, null);
    return record;
  }

  /** Drops all of it, without notice. */
  clear(): void {
    this.#records.clear();
  }

  /** Null for a method that does not exist. */
  answer({ method, id, query, body }: ResourceRequest): DoubleAnswer | null {
    const { filters, show = (record) => record } = this.#options;
    switch (id === null ? method : `${method} :id`) {
      case "POST":
        return { status: 201, body: show(this.create(body())) };
      case "GET":
        return { status: 200, body: this.list(parseListQuery(query, filters)).map(show) };
      case "GET :id":
        return { status: 200, body: show(this.get(id ?? "")) };
      case "PATCH :id":
        return { status: 200, body: show(this.update(id ?? "", body())) };
      case "DELETE :id":
        return { status: 200, body: show(this.delete(id ?? "")) };
      default:
        return null;
    }
  }

  /** Bypasses the rules. */
  put(record: Body & Stored): Body & Stored {
    const before = this.#records.get(record.id) ?? null;
    if (before === null) {
      if (record.createdAt < this.#newestCreatedAt) this.#inOrder = false;
      else this.#newestCreatedAt = record.createdAt;
    }
    this.#records.set(record.id, record);
    this.#options.onChange?.(before, record);
    return record;
  }

  /** Newest first; of two created in one millisecond the later one comes first. */
  list({ limit, matches }: ListQuery): (Body & Stored)[] {
    if (!this.#inOrder) this.#sort();
    const records = [...this.#records.values()];
    const page: (Body & Stored)[] = [];
    for (let i = records.length - 1; i >= 0 && page.length < limit; i--) {
      const record = records[i];
      if (record !== undefined && matches(record)) page.push(record);
    }
    return page;
  }

  #read(body: Fields): Body {
    return jsonbOrder(this.#options.schema.parse(body));
  }

  #timestamp(): string {
    return new Date(this.#options.now()).toISOString();
  }

  #sort(): void {
    const records = [...this.#records.values()];
    records.sort((a, b) => a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0);
    this.#records.clear();
    for (const record of records) this.#records.set(record.id, record);
    this.#inOrder = true;
  }
}

/** "v1" → "v2" */
export function nextVersion(version: string): string {
  return `v${Number(version.slice(1)) + 1}`;
}

/** Updates of tools and phone numbers depend on what is updated; the body need not name that. */
function shapeOfUpdate(route: string, before: object): string {
  const kind = kindOf(route);
  if (typeof kind !== "object" || kind.by === undefined) return route;
  const value = String(Reflect.get(before, kind.by));
  const shape = variantOf(route, value);
  if (shape === null) throw badRequest(`${kind.by} ${value} can't be updated`);
  return shape;
}

/**
 * Splits a body into what is set and what null clears. Throws 400 with every problem found. That null clears a top-level key is an
 * assumption: the validator from which Vapi's messages come accepts it for optional keys.
 */
function checked(name: string, body: unknown): { values: Fields; cleared: string[] } {
  const fields = typeof body === "object" && body !== null && !Array.isArray(body) ? body : null;
  const entries = Object.entries(fields ?? {});
  const cleared = entries.flatMap(([key, value]) =>
    value === null && isKnown(name, key, fields) ? [key] : []
  );
  const values = Object.fromEntries(entries.filter(([key]) => !cleared.includes(key)));
  const errors = contractErrors(name, fields === null ? body : values);
  if (errors.length > 0) throw badRequest(errors.map(({ message }) => message));
  return { values, cleared };
}

function isKnown(name: string, key: string, body: object | null): boolean {
  const kind = kindOf(name);
  if (typeof kind === "string") return keysOf(kind.slice(1)).includes(key);
  const shape = variantOf(name, String(Reflect.get(body ?? {}, kind.by ?? "")));
  return shape !== null && keysOf(shape).includes(key);
}
