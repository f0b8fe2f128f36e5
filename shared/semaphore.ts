/** Hands out a number of permits, in the order of the calls. */
export interface Semaphore {
  /** Resolves with a permit. If the signal aborts before, leaves the queue with its reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** Returns a permit: it goes to whoever waits longest. */
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
