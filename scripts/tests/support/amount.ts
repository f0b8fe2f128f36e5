/**
 * How much a test tries: a sample with `deno task test`, everything with `deno task proof long`, which runs the files that import this.
 */
export const isLong = Deno.env.get("TEST_AMOUNT") === "all";

/** Every this-many-th, beginning with the first; all of them if there is time. */
export function sample<T>(all: readonly T[], every: number): T[] {
  return share(all, every, 0);
}

/** The share of one of this many runs that take turns and together cover all. Each covers all of them if there is time. */
export function share<T>(all: readonly T[], every: number, turn: number): T[] {
  const first = ((turn % every) + every) % every;
  return all.filter((_, index) => isLong || index % every === first);
}
