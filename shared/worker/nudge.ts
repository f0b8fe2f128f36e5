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
