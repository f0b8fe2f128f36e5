/** `deno task proof scale`: migrates ten thousand agents on the embedded stack and reports the cost. */
import { parseOptions, print, printJson, progress, wholeNumber } from "../cli.ts";
import { startStack } from "../local/stack.ts";
import { migrateFleet, type PassMeasurement } from "./fleet/migrate_fleet.ts";

const help = `
Migrates many agents on the embedded stack: links all of them, then runs again with nothing to do.

Usage: deno task proof scale [options]

  --agents=<n>      how many; default 10000, two per organization
  --latency=<ms>    latency of the double of Vapi; default 20
  --json            print one JSON object
  --help            show this text

Exit code: 0 if every agent was linked, the second run wrote nothing and read at most once per 100 agents, and
memory stayed flat; 1 otherwise; 2 if the options make no sense.
`;

/** Memory counts as flat if the last third of the samples exceeds the third before it by no more than this. */
const FLAT_GROWTH = 1.25;

export async function scale(args: string[]): Promise<number> {
  const options = parseOptions(help, {
    agents: { type: "string", default: "10000" },
    latency: { type: "string", default: "20" },
    json: { type: "boolean" },
  }, args);
  const agents = wholeNumber(help, "agents", options.agents, { from: 1 });
  const latencyMs = wholeNumber(help, "latency", options.latency);
  progress("Starting the stack");
  const stack = await startStack();
  try {
    const { first, again } = await migrateFleet(stack, {
      agents,
      latencyMs,
      onProgress: progress,
    });
    const checks = {
      "every agent is linked": first.report.agents.migrated === agents,
      "memory is flat": isFlat(first.residentMb),
      "the second run wrote nothing": again.writes === 0,
      "the second run read at most once per 100 agents": again.reads <= agents / 100,
      "the second run found everything in step": again.report.agents.unchanged === agents,
    };
    const ok = Object.values(checks).every((isTrue) => isTrue);
    if (options.json) printJson({ ok, checks, first, again });
    else {
      print(describe("Linking", first));
      print(describe("Again  ", again));
      for (const [name, isTrue] of Object.entries(checks)) print(`${isTrue ? "✓" : "✗"} ${name}`);
    }
    return ok ? 0 : 1;
  } finally {
    await stack.close();
  }
}

/** Compares the middle third with the last: what a process uses to warm up does not count as growth. */
function isFlat(samples: readonly number[]): boolean {
  const third = Math.floor(samples.length / 3);
  if (third < 3) return true;
  const highest = (part: readonly number[]) => Math.max(...part);
  return highest(samples.slice(2 * third)) <=
    FLAT_GROWTH * highest(samples.slice(third, 2 * third));
}

function describe(name: string, pass: PassMeasurement): string {
  const { seconds, startSeconds, reads, writes, limitSeconds, residentMb, cpuSeconds } = pass;
  const memory = residentMb.length === 0
    ? "memory unknown"
    : `${residentMb[0]} → ${residentMb.at(-1)} MB, at most ${Math.max(...residentMb)} MB`;
  return `${name}  ${seconds} s (accepted in ${
    startSeconds.toFixed(1)
  } s; limit of Vapi's round trips ` +
    `${limitSeconds.toFixed(1)} s), ${reads} reads, ${writes} writes, ${memory}, ${
      cpuSeconds ?? "?"
    } s of CPU`;
}
