/** The outcome of reading something that a person said: a value, or what to ask instead of guessing. */
export type Reading<T> =
  | { ok: true; value: T }
  /** A sentence that the assistant can say. */
  | { ok: false; ask: string };

export function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function ask(sentence: string): Reading<never> {
  return { ok: false, ask: sentence };
}
