/** A part of a list. */
export interface Page {
  /** How many, at most 1,000; default 100. */
  limit?: number;
  /** How many to skip. */
  offset?: number;
}

/** The first and the last requested row, as PostgREST counts them. */
export function rangeOf({ limit = 100, offset = 0 }: Page = {}): [number, number] {
  return [offset, offset + limit - 1];
}
