/**
 * A value that is made when it is first asked for. The first schema costs a starting function as much as its modules, and a caller
 * waits for both on the phone: so a module makes none while it is loaded.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
