/**
 * How much a test tries: a sample with `deno task test`, all of it with `deno task proof long`, which runs the files that import this.
 */
export const isLong = Deno.env.get("TEST_AMOUNT") === "all";

/** Every so many-th, beginning with the first; all of them if there is time. */
export function sample<T>(all: readonly T[], every: number): T[] {
  return all.filter((_, index) => isLong || index % every === 0);
}
