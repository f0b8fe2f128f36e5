/** An object of the dump, with what must exist before it. */
export type Dependent = { readonly oid: number; readonly needs: ReadonlySet<number> };

/**
 * The objects with each one after everything that it needs, otherwise in the given order. Throws, naming the objects that need each other
 * in a circle.
 */
export function inDependencyOrder<T extends Dependent & { readonly name: string }>(
  objects: readonly T[],
): T[] {
  const waiting = new Map(objects.map((object) => [object.oid, object]));
  const ordered: T[] = [];
  while (waiting.size > 0) {
    const ready = objects.find(({ oid, needs }) =>
      waiting.has(oid) && [...needs].every((needed) => !waiting.has(needed))
    );
    if (!ready) {
      const names = [...waiting.values()].map(({ name }) => name).join(", ");
      throw new Error(`Cannot order objects that need each other: ${names}`);
    }
    waiting.delete(ready.oid);
    ordered.push(ready);
  }
  return ordered;
}
