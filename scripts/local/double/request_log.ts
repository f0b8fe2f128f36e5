import { matcher, type RequestMatch } from "./request_match.ts";

/** One request that reached the double. */
export interface LoggedRequest {
  /** 1 for the first request; no gaps. */
  seq: number;
  /** Arrival, in milliseconds since 1970. */
  at: number;
  method: string;
  path: string;
  /** "PATCH /assistant/:id". */
  route: string;
  /** Query without "?". */
  query: string;
  /** Parsed JSON; the text if it is not JSON; null without a body. */
  body: unknown;
  /** null until it is answered, and for ever if it is not. */
  status: number | null;
  /** Name of the scripted fault that hit it. */
  fault: string | null;
  /** Milliseconds until the answer was sent, or the connection cut; null while under way. */
  ms: number | null;
}

/** What is known about a request when it arrives. */
export type Arrival = Pick<
  LoggedRequest,
  "at" | "method" | "path" | "route" | "query" | "body"
>;

const maxEntries = 200_000;

/** Requests to the double, oldest first. Beyond 200,000 entries the older half is dropped. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #seq = 0;
  #inFlight = 0;
  #peak = 0;
  readonly #waiting = new Set<() => void>();

  get all(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** Number of the newest request: a mark for `since`. */
  get seq(): number {
    return this.#seq;
  }

  /** The highest number of simultaneous requests. */
  get peakConcurrency(): number {
    return this.#peak;
  }

  /** Requests after a mark. */
  since(seq: number): LoggedRequest[] {
    return this.#entries.filter((entry) => entry.seq > seq);
  }

  /** Requests that match, such as `matching("PATCH /assistant/:id")`, after a mark. */
  matching(match: RequestMatch, since = 0): LoggedRequest[] {
    const matches = matcher(match);
    return this.since(since).filter(matches);
  }

  /** Requests other than GET, after a mark. */
  writes(since = 0): LoggedRequest[] {
    return this.since(since).filter((entry) => entry.method !== "GET");
  }

  /** Resolves with the first request, already logged or to come, that matches and has ended. */
  async waitFor(match: RequestMatch, since = 0): Promise<LoggedRequest> {
    while (true) {
      const found = this.matching(match, since).find((entry) => entry.ms !== null);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Removes the entries; the numbers continue. */
  clear(): void {
    this.#entries = [];
    this.#peak = this.#inFlight;
  }

  /** Logs an arrival. The answering side adds the rest and calls `end`. */
  begin(request: Arrival): LoggedRequest {
    this.#seq += 1;
    this.#inFlight += 1;
    this.#peak = Math.max(this.#peak, this.#inFlight);
    const entry: LoggedRequest = {
      seq: this.#seq,
      ...request,
      status: null,
      fault: null,
      ms: null,
    };
    if (this.#entries.length >= maxEntries) this.#entries = this.#entries.slice(maxEntries / 2);
    this.#entries.push(entry);
    return entry;
  }

  end(entry: LoggedRequest, ms: number): void {
    entry.ms = ms;
    this.#inFlight -= 1;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
