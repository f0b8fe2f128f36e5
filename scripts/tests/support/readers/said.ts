/** Properties of readers: utterances are made from a known value, so that their meaning is known without reading. */
import fc from "fast-check";
import assert from "node:assert/strict";
import type { Reading, ReadingContext } from "../../../../shared/tools/reading.ts";
import type { Code } from "./spell.ts";

/**
 * A sample that is the same each time, because the accepted share is counted; `deno task proof readers` takes new and larger ones: this
 * many for each language.
 */
export const SAMPLE: { readonly numRuns: number; readonly seed?: number } =
  Deno.env.has("READER_RUNS")
    ? { numRuns: Number(Deno.env.get("READER_RUNS")) }
    : { numRuns: 150, seed: 20261129 };

export interface Utterance<T> {
  readonly text: string;
  readonly meant: T;
}

/** At a clinic open on all days from 9 to 5, in a country of that language. */
export function contextIn(code: Code, now = new Date("2026-11-28T15:00:00Z")): ReadingContext {
  return {
    now,
    timezone: "UTC",
    country: { en: "GB", es: "ES", fr: "FR", de: "DE", pt: "BR" }[code],
    language: code,
    callerNumber: null,
    horizonDays: 180,
    openings: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: 540, closes: 1020 })),
  };
}

/**
 * Reads this many utterances: whatever is accepted is what was meant, and most is accepted, since a reader that asks about everything would
 * never be wrong either.
 */
export async function readsWhatIsMeant<T>(
  utterances: fc.Arbitrary<Utterance<T> & { readonly context: ReadingContext }>,
  read: (text: string, context: ReadingContext) => Reading<T> | Promise<Reading<T>>,
  { accepting = 0.95 } = {},
): Promise<void> {
  let accepted = 0;
  const asked = new Set<string>();
  await fc.assert(
    fc.asyncProperty(utterances, async ({ text, meant, context }) => {
      const reading = await read(text, context);
      if (reading.kind === "value") {
        accepted++;
        assert.deepEqual(reading.value, meant, text);
      } else if (asked.size < 5) {
        asked.add(text);
      }
    }),
    SAMPLE,
  );
  const share = accepted / SAMPLE.numRuns;
  assert.ok(share >= accepting, `accepts only ${share}, and asks about ${[...asked].join(" | ")}`);
}
