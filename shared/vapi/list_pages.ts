import { ServiceError } from "../http/service_error.ts";

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
 * All items, page by page, each once. Vapi's lists have no cursor: the next page is asked for by `createdAt` of
 * the last item seen, inclusive, since several may share it, and what comes again is dropped.
 *
 * The order of the lists isn't documented, so it is read off each page. A list that can't be walked to its end
 * (unordered, or more items of one instant than fit a page) throws `list_incomplete`: whoever looks for a tool
 * before creating it must never take half a list for the whole.
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

/** Whether there may be more. A page of Vapi's own page size is taken for full too, should `limit` be ignored. */
function isFull(times: readonly number[], limit: number): boolean {
  return times.length >= limit || times.length === DEFAULT_LIMIT && !isOneInstant(times);
}

/** Such a page tells neither the order of the list nor where to go on. */
function isOneInstant(times: readonly number[]): boolean {
  return times.every((time) => time === times[0]);
}

/** The filter for what lies beyond a full page, in the direction of its order. */
function filterBeyond(operation: string, times: readonly number[]): string {
  const first = times[0] ?? NaN;
  const last = times.at(-1) ?? NaN;
  const isDescending = first > last;
  const isOrdered = times.every((time, i) => {
    const previous = times[i - 1] ?? time;
    return isDescending ? time <= previous : time >= previous;
  });
  if (!isOrdered) throw incomplete(operation, "its items are not ordered by createdAt");
  // The answer's milliseconds may be cut from finer times, so downwards the whole millisecond is included.
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
