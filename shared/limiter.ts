/**
 * Limits what runs at once: a number at a time, spaced out as configured; or one at a time, without losing a wake-up that arrives
 * meanwhile.
 */
import { type Sleep, sleep as realSleep } from "./retry.ts";

export interface LimiterOptions {
  /** How many may run at once. */
  maxConcurrency: number;
  /** Least time between two starts; default 0. */
  minIntervalMs?: number;
  sleep?: Sleep;
  /** Clock in milliseconds. */
  now?: () => number;
}

/** Work that somebody is waiting for, or bulk work. */
export type LaneName = "urgent" | "bulk";

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Default urgent. */
  lane?: LaneName | undefined;
}

/**
 * Starts work as spaced out and as many at once as configured: in the order of its calls within a lane, and if both lanes wait, one of
 * each in turn.
 */
export interface Limiter {
  /** Runs `fn` when its turn comes. If the signal aborts first, `fn` is never called. */
  run<T>(fn: () => Promise<T>, options?: RunOptions): Promise<T>;
  /** Starts nothing for this long: the other side asked everybody to wait. */
  pause(ms: number): void;
}

/** Creates a limiter; one per remote service and process. */
export function createLimiter(options: LimiterOptions): Limiter {
  const { maxConcurrency, minIntervalMs = 0, sleep = realSleep } = options;
  const { now = () => performance.now() } = options;
  /** One call at a time decides when to start, so order and interval hold without any bookkeeping. */
  const door = createSemaphore(1);
  /** At the door waits only the first of each lane, however many are behind it. */
  const lanes = { urgent: createSemaphore(1), bulk: createSemaphore(1) };
  const slots = createSemaphore(maxConcurrency);
  let nextStart = -Infinity;

  /** Resolves holding a permit, at a time when a start is allowed. */
  async function waitForTurn({ signal, lane = "urgent" }: RunOptions): Promise<void> {
    await holding(lanes[lane], signal, () =>
      holding(door, signal, async () => {
        await slots.take(signal);
        try {
          await waitForTime(signal);
        } catch (error) {
          slots.give();
          throw error;
        }
      }));
  }

  async function waitForTime(signal: AbortSignal | undefined): Promise<void> {
    // Looks again after each wait: a pause may have moved the time.
    for (let wait = nextStart - now(); wait > 0; wait = nextStart - now()) {
      await sleep(wait, signal);
    }
    nextStart = now() + minIntervalMs;
  }

  return {
    async run(fn, options = {}) {
      await waitForTurn(options);
      try {
        return await fn();
      } finally {
        slots.give();
      }
    },
    pause(ms) {
      nextStart = Math.max(nextStart, now() + ms);
    },
  };
}

/** Hands out a number of permits, in the order of the calls. */
export interface Semaphore {
  /** Resolves with a permit. If the signal aborts first, leaves the queue and rejects with its reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** Returns a permit: it goes to the longest waiting caller. */
  give(): void;
}

export function createSemaphore(permits: number): Semaphore {
  const queue: (() => void)[] = [];
  let free = permits;

  return {
    take(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const onTurn = () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        };
        const onAbort = () => {
          queue.splice(queue.indexOf(onTurn), 1);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        queue.push(onTurn);
      });
    },
    give() {
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}

/** Does the work with a permit of the semaphore. */
async function holding(
  semaphore: Semaphore,
  signal: AbortSignal | undefined,
  work: () => Promise<void>,
): Promise<void> {
  await semaphore.take(signal);
  try {
    await work();
  } finally {
    semaphore.give();
  }
}

export interface SingleFlight {
  /** Runs the work, or runs it once more after the current run. Resolves when no run is wanted any more. */
  request(): Promise<void>;
}

/** Wakes come in bursts, one per save: a burst needs one current run and one after it, not one run each. */
export function singleFlight(work: () => Promise<void>): SingleFlight {
  let running: Promise<void> | null = null;
  let again = false;

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null;
    }
  }

  return {
    request() {
      again = running !== null;
      return running ??= run();
    },
  };
}

/** Signals waiting callers that something happened. */
export interface Nudge {
  /** Wakes all who are waiting now. */
  give(): void;
  /** Resolves at the next `give`. */
  next(): Promise<void>;
}

export function createNudge(): Nudge {
  let waiting = Promise.withResolvers<void>();
  return {
    give() {
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
    next: () => waiting.promise,
  };
}
