/** How a worker is woken: one run at a time, and none of the wake-ups that arrive meanwhile is lost. */

export interface SingleFlight {
  /** Runs the work, or lets it run once more after the run under way. Resolves when nothing is asked for any more. */
  request(): Promise<void>;
}

/** Wakes come in bursts, one per save: a burst needs one run under way and one after it, not one each. */
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

/** Tells whoever waits for it that something happened. */
export interface Nudge {
  /** Ends the waiting of everybody who waits now. */
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
