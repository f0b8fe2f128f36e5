import { type MatchedRequest, matcher, type RequestMatch } from "./request_match.ts";

/** Answered instead of the API's own answer; without effect unless `afterEffect`. */
export interface StatusFault {
  status: number;
  /** In place of the usual words, such as `["property type should not exist"]` with a 400. */
  message?: string | string[];
  /** Sent as Retry-After: seconds, or an HTTP date. */
  retryAfter?: number | string;
  /** An HTML page such as proxies send, instead of a JSON error. */
  html?: boolean;
  /** The request takes effect before it is answered with the error. */
  afterEffect?: boolean;
}

/** The effect and the headers come at once, the second half of the body after this many ms. */
export interface SlowBodyFault {
  slowBodyMs: number;
}

/**
 * What goes wrong with a request:
 * - "timeout-before-effect", "timeout-after-effect": never answered
 * - "dropped": connection closed, no effect; "lost-answer": effect, then the connection is closed
 * - "silent-close": as "lost-answer", but so that `fetch` of newer Deno may send the request, a POST
 *   too, once more by itself (see respond.ts)
 * - "truncated-json": a complete HTTP answer with half of its JSON
 * - "cut-body": effect, headers and half the body, then the connection is closed
 */
export type Fault =
  | "timeout-before-effect"
  | "timeout-after-effect"
  | "dropped"
  | "lost-answer"
  | "silent-close"
  | "truncated-json"
  | "cut-body"
  | StatusFault
  | SlowBodyFault;

interface Rule {
  matches: (request: MatchedRequest) => boolean;
  fault: Fault;
  left: number;
}

/** Scripted faults. Rules are used in the order in which they were set. */
export class Faults {
  #rules: Rule[] = [];
  #decide: ((request: MatchedRequest) => Fault | null) | null = null;
  #down: "refuse" | "503" | null = null;

  /** The next `times` requests that match meet the fault. */
  next(match: RequestMatch, fault: Fault, { times = 1 }: { times?: number } = {}): void {
    this.#rules.push({ matches: matcher(match), fault, left: times });
  }

  /** Called for every request that no rule matches, until `clear`: for random faults with a seed. */
  decide(choose: (request: MatchedRequest) => Fault | null): void {
    this.#decide = choose;
  }

  /** Number of scripted faults that have not happened yet. */
  get pending(): number {
    return this.#rules.reduce((sum, rule) => sum + rule.left, 0);
  }

  /** Removes all rules; does not affect `down`. */
  clear(): void {
    this.#rules = [];
    this.#decide = null;
  }

  /** The whole service fails until `up`: connections are closed at once, or answered with 503. */
  down(how: "refuse" | "503" = "refuse"): void {
    this.#down = how;
  }

  up(): void {
    this.#down = null;
  }

  /** The fault that this request meets; uses up its rule. */
  take(request: MatchedRequest): Fault | null {
    if (this.#down !== null) return this.#down === "refuse" ? "dropped" : { status: 503 };
    const rule = this.#rules.find(({ matches }) => matches(request));
    if (rule === undefined) return this.#decide?.(request) ?? null;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return rule.fault;
  }
}

/** "429", "500 after effect", "lost-answer": how a fault is named in the request log. */
export function faultName(fault: Fault): string {
  if (typeof fault === "string") return fault;
  if ("slowBodyMs" in fault) return "slow-body";
  return fault.afterEffect === true ? `${fault.status} after effect` : String(fault.status);
}

/** Whether the request takes effect although it meets the fault. */
export function hasEffect(fault: Fault | null): boolean {
  if (fault === null) return true;
  if (typeof fault === "string") return fault !== "dropped" && fault !== "timeout-before-effect";
  return "slowBodyMs" in fault || fault.afterEffect === true;
}
