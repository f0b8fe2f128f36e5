/**
 * A value that is made when it is first asked for: what a starting function makes, a caller may wait for on the phone.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
