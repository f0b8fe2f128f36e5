/**
 * How much a test tries: a sample with `deno task test`, all of it with `deno task proof long`, which runs the files that import this.
 */
export const isLong = Deno.env.get("TEST_AMOUNT") === "all";

/** Every so many-th, beginning with the first; all of them if there is time. */
export function sample<T>(all: readonly T[], every: number): T[] {
  return share(all, every, 0);
}

/** The share of one of so many that take turns: together they have all. Each has all of them if there is time. */
export function share<T>(all: readonly T[], every: number, turn: number): T[] {
  const first = ((turn % every) + every) % every;
  return all.filter((_, index) => isLong || index % every === first);
}
