/** `deno task bench --volume`: what each frequent statement costs on a platform a hundred times as large. */
import { print, printJson, progress, wholeNumber } from "../cli.ts";
import { compare, type Comparison, MOST_GROWTH } from "./volume/compare.ts";
import { CALLERS, isMet, type Mixed, mixedCalls, MOST_WAITING } from "./volume/mixed.ts";
import { Site } from "./volume/site.ts";
import { FULL, scaled, type Sizes } from "./volume/sizes.ts";
import { statements } from "./volume/all_statements.ts";

/** The command's options: the numbers of rows on the large platform. */
export const sizeOptions = {
  organizations: { type: "string" },
  agents: { type: "string" },
  appointments: { type: "string" },
  contacts: { type: "string" },
  calls: { type: "string" },
  "tool-calls": { type: "string" },
  texts: { type: "string" },
  jobs: { type: "string" },
} as const;

export type SizeOptions = { readonly [Name in keyof typeof sizeOptions]?: string | undefined };

export function readSizes(help: string, options: SizeOptions): Sizes {
  const read = (name: keyof typeof sizeOptions, standard: number) => {
    const text = options[name];
    return text === undefined ? standard : wholeNumber(help, name, text, { from: 100 });
  };
  return {
    organizations: read("organizations", FULL.organizations),
    agents: read("agents", FULL.agents),
    appointments: read("appointments", FULL.appointments),
    contacts: read("contacts", FULL.contacts),
    calls: read("calls", FULL.calls),
    toolCalls: read("tool-calls", FULL.toolCalls),
    texts: read("texts", FULL.texts),
    jobs: read("jobs", FULL.jobs),
  };
}

/** Returns the exit code: 0 if nothing grows that must not. */
export async function benchVolume(
  { sizes, samples, json }: { sizes: Sizes; samples: number; json: boolean },
): Promise<number> {
  const small = await Site.open(scaled(sizes, 0.01));
  try {
    progress("Filling the large platform");
    const large = await Site.open(sizes);
    try {
      const comparisons: Comparison[] = [];
      for (const statement of statements) {
        const comparison = await compare({ small, large }, statement, samples);
        comparisons.push(comparison);
        progress(describe(comparison));
      }
      const mixed = await mixedCalls(large, samples);
      const met = comparisons.every(({ problems }) => problems.length === 0) && isMet(mixed);
      if (json) printJson({ met, sizes, mostGrowth: MOST_GROWTH, statements: comparisons, mixed });
      else print([...comparisons.map(describe), ...describeMixed(mixed)].join("\n"));
      return met ? 0 : 1;
    } finally {
      await large.close();
    }
  } finally {
    await small.close();
  }
}

function describe({ name, rows, ms, exception, problems }: Comparison): string {
  const why = exception === null ? problems.join(", ") : `exception: ${exception}`;
  return `${
    problems.length === 0 ? "✓" : "✗"
  } ${name}: rows ${rows.small} → ${rows.large} (× ${rows.ratio}), ms ${ms.small} → ${ms.large}` +
    ` (× ${ms.ratio})${why === "" ? "" : ` · ${why}`}`;
}

function describeMixed(mixed: Mixed): string[] {
  const { unpaused } = mixed;
  return [
    `${isMet(mixed) ? "✓" : "✗"} one clinic with 50 calendars, ${CALLERS} callers: p95 ${
      mixed.rounds.map(({ p95OfOneMs, p95OfAllMs, ratio }) =>
        `${p95OfOneMs} → ${p95OfAllMs} ms (× ${ratio})`
      ).join(", ")
    }; the middle × ${mixed.ratio}, at most ${MOST_WAITING}; ${mixed.errors.length} errors`,
    `  without pauses: ${mixed.serialPerSecond} bookings a second one after the other; ` +
    `${unpaused.onePerSecond} → ${unpaused.allPerSecond} tool calls a second, p95 ${unpaused.p95OfOneMs} → ${unpaused.p95OfAllMs} ms, ${
      Math.round(mixed.waitingForLocks * 100)
    } % of the time waiting for locks`,
    ...Object.entries(mixed.p95OfTools).map(([tool, { oneMs, allMs }]) =>
      `  ${tool}: p95 ${oneMs} → ${allMs} ms`
    ),
    ...mixed.errors.slice(0, 3),
  ];
}
