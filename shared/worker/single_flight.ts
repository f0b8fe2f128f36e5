/** One run at a time per isolate, and never a request without a run that began after it. */

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
