/**
 * A value that is made when it is first needed: a caller on the phone may be waiting for whatever a function makes when it
 * starts.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
