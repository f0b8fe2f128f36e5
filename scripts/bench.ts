/** `deno task bench`: what the product promises about speed, each promise as a ratio, measured in one run. */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { benchClaims } from "./bench/claims.ts";
import { benchColdStarts } from "./bench/cold_starts.ts";
import { chart } from "./bench/chart.ts";
import { FLOOR_SLUG, floorFunction } from "./bench/floor.ts";
import { benchFairness } from "./bench/fairness.ts";
import { functionMemory } from "./bench/memory.ts";
import { benchMigration } from "./bench/migration.ts";
import { benchmarkPage, type Measured } from "./bench/page.ts";
import { benchPages } from "./bench/pages.ts";
import { benchReads } from "./bench/reads.ts";
import type { BenchResult } from "./bench/result.ts";
import { benchLinking, benchSave } from "./bench/saves.ts";
import { benchToolCalls } from "./bench/tool_calls.ts";
import { benchVolume, readSizes, sizeOptions } from "./bench/volume.ts";
import { misused, parseOptions, print, printJson, progress, runMain } from "./cli.ts";
import { startStack } from "./local/stack.ts";
import { World } from "./tests/support/world.ts";

const help = `
Measures the product on the embedded stack against its own floor and against the earlier method.

Usage: deno task bench [options]

  --quick          fewer samples and agents: a quick check in a minute, not a measurement
  --only=<ids>     only these, e.g. --only=a,f
  --write          write docs/benchmark.md and docs/benchmark.svg, from all measurements at full size
  --volume         instead: fills a large platform, and compares each statement that runs often with a platform of a hundredth
                   of its size; --organizations, --agents, --appointments, --contacts, --calls, --tool-calls, --texts and --jobs
                   say how many there are
  --reads          instead: what the console reads of a clinic with 10,000 visits and 500 agents, against plain SQL for the
                   same rows: at most 1.5 times the server's time
  --pages          instead: what the console's pages request and draw for such a clinic, in a browser: at most a second each
  --json           print one JSON object
  --help           show this text

Exit code 0 if every target is met, 1 if one is not, 2 if the options make no sense.
`;

/** The measurements, named as in docs/benchmark.md. */
const IDS = ["a", "b", "c", "d", "e", "f", "g", "h"];

const FULL = {
  samples: 300,
  saves: 200,
  links: 30,
  claims: 200,
  agents: 1000,
  coldStarts: 15,
  turns: 9,
};
const QUICK = {
  samples: 60,
  saves: 40,
  links: 5,
  claims: 50,
  agents: 100,
  coldStarts: 7,
  turns: 5,
};

async function main(): Promise<number> {
  const options = parseOptions(help, {
    quick: { type: "boolean" },
    only: { type: "string" },
    write: { type: "boolean" },
    volume: { type: "boolean" },
    reads: { type: "boolean" },
    pages: { type: "boolean" },
    ...sizeOptions,
    json: { type: "boolean" },
  });
  if (options.write && (options.quick || options.only !== undefined)) {
    misused(help, "--write writes the whole page, so it goes with neither --quick nor --only");
  }
  if (options.volume) {
    return await benchVolume({
      sizes: readSizes(help, options),
      samples: options.quick ? 10 : 30,
      json: options.json ?? false,
    });
  }
  if (options.reads) {
    return await benchReads({ samples: options.quick ? 20 : 100, json: options.json ?? false });
  }
  if (options.pages) {
    return await benchPages({ samples: options.quick ? 3 : 9, json: options.json ?? false });
  }
  const size = options.quick ? QUICK : FULL;
  const wanted = options.only?.split(",");
  const unknown = wanted?.find((id) => !IDS.includes(id));
  if (unknown !== undefined) {
    misused(help, `--only=${options.only}: there is no "${unknown}", but ${IDS.join(", ")}`);
  }
  const machine = describeMachine();
  const results: BenchResult[] = [];
  const memory: Record<string, number> = {};

  const bench = async (ids: string[], measure: (world: World) => Promise<BenchResult[]>) => {
    if (wanted !== undefined && !ids.some((id) => wanted.includes(id))) return;
    progress(`Measuring ${ids.map((id) => `(${id})`).join(" ")}`);
    // Each measurement has a stack of its own, so that none is affected by what another left behind.
    const stack = await startStack({ functionsElsewhere: floorFunction });
    try {
      await stack.functions.prewarm(["agent-save", "tool-sync", "calendar-check", FLOOR_SLUG]);
      for (const result of await measure(new World(stack))) {
        results.push(result);
        progress(describeResult(result));
      }
      for (const [slug, mb] of Object.entries(await functionMemory())) {
        memory[slug] = Math.max(memory[slug] ?? 0, mb);
      }
    } finally {
      await stack.close();
    }
  };

  await bench(["a"], (world) => benchToolCalls(world, size.samples));
  await bench(["b"], (world) => benchSave(world, size.saves));
  await bench(["c"], (world) => benchLinking(world, size.links));
  await bench(["d", "e"], (world) => benchMigration(world, size.agents));
  await bench(["f"], ({ stack }) => {
    // No worker is woken, since it would claim what is measured.
    stack.net.pause();
    return benchClaims(stack.sql, size.claims);
  });
  await bench(["g"], () => benchColdStarts(size.coldStarts));
  await bench(["h"], (world) => benchFairness(world, size.turns));

  const met = results.every((result) => result.met);
  if (options.write) await write({ results, machine, memory });
  if (options.json) {
    printJson({ met, machine, quick: options.quick ?? false, results, memoryMb: memory });
  } else print(results.map(describeResult).join("\n"));
  return met ? 0 : 1;
}

function describeResult({ id, what, value, target, met, figures }: BenchResult): string {
  const details = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`).join(", ");
  return `${met ? "✓" : "✗"} (${id}) ${what}: ${value} (target ${target}) · ${details}`;
}

function describeMachine(): string {
  const [cpu] = cpus();
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return `${cpus().length} × ${
    cpu?.model.trim() ?? "unknown processor"
  }, ${memory} GiB, Deno ${Deno.version.deno}`;
}

/** Page and picture as the formatter wants them: a table is as wide as its widest cell. */
async function write(measured: Measured): Promise<void> {
  const root = new URL("../docs/", import.meta.url);
  const page = new URL("benchmark.md", root);
  const picture = new URL("benchmark.svg", root);
  await Deno.writeTextFile(picture, chart(measured.results, measured.machine));
  await Deno.writeTextFile(page, benchmarkPage(measured, await Deno.readTextFile(page)));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", fileURLToPath(page), fileURLToPath(picture)],
  }).output();
  if (!success) throw new Error(`Cannot format ${fileURLToPath(page)} and its picture`);
}

if (import.meta.main) await runMain(main);
