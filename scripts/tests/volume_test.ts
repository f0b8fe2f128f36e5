/** The plans of the statements of `deno task bench --volume`, on a platform just large enough that an index is the better way. */
import assert from "node:assert/strict";
import { judge, wholeTablesOf } from "../bench/volume/compare.ts";
import { Site } from "../bench/volume/site.ts";
import { statements } from "../bench/volume/all_statements.ts";

const SIZES = {
  organizations: 300,
  agents: 3_000,
  appointments: 6_000,
  contacts: 6_000,
  calls: 4_000,
  toolCalls: 6_000,
  texts: 6_000,
  jobs: 6_000,
};

Deno.test("no statement that runs often reads a whole table that grows with the platform", async () => {
  const site = await Site.open(SIZES);
  try {
    const found: string[] = [];
    for (const statement of statements) {
      const tables = await wholeTablesOf(site, statement);
      if (tables.length > 0 && statement.exception === undefined) {
        found.push(`${statement.name} reads all of ${tables.join(", ")}`);
      }
    }
    assert.deepEqual(found, []);
    // That it would be seen.
    const all = {
      name: "all visits",
      request: () => ({
        as: "clock" as const,
        sql: "select from appointments where patient_name = ''",
      }),
    };
    assert.deepEqual(await wholeTablesOf(site, all), ["public.appointments"]);
  } finally {
    await site.close();
  }
});

Deno.test("judge() names what grows with the platform, unless it is a stated exception", () => {
  const reading = (rows: number, wholeTables: string[] = []) => ({ rows, wholeTables });
  const grown = {
    read: {
      small: reading(400),
      large: reading(40_000, ["public.jobs"]),
    },
    ms: { small: 10, large: 90 },
  };
  assert.deepEqual(judge({ name: "slow" }, grown).problems, [
    "reads all of public.jobs",
    "reads 80 times the rows",
    "takes 9 times as long",
  ]);
  assert.deepEqual(judge({ name: "slow", exception: "counts jobs" }, grown).problems, []);
  const steady = { read: { small: reading(3), large: reading(12) }, ms: { small: 1, large: 4 } };
  assert.deepEqual(judge({ name: "quick" }, steady).problems, []);
});
