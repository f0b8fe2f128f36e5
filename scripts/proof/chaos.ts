/** `deno task proof chaos`: a storm of random actions and faults, and a check of what is left. */
import {
  misused,
  parseOptions,
  positiveNumber,
  print,
  printJson,
  progress,
  wholeNumber,
} from "../cli.ts";
import { minimize } from "./storm/minimize.ts";
import { recordTrouble } from "./storm/record.ts";
import { storm, type StormReport } from "./storm/storm.ts";
import type { Tally } from "./storm/tally.ts";
import { FAULT_KINDS, type FaultKind } from "./storm/weather.ts";

const help = `
People save agents, switch tools, release new definitions, migrate, edit assistants at Vapi, call and book, several at a
time, while Vapi and the other services fail in every way, pg_net loses and repeats requests, isolates die, connections
break and Postgres crashes. Then it is calm, the system comes to rest, and everything that must always hold is checked.

Usage: deno task proof chaos [options]

  --minutes=<n>    how long, default 2; the functions' waits are ten times shorter, so that is worth 20 minutes
  --seed=<n>       repeat the decisions of this seed; default a new one, which is printed
  --faults=<list>  only these kinds: ${FAULT_KINDS.join(", ")}
  --minimize       find the kinds that a failure of this seed needs, in storms of 12 s
  --json           print one JSON object
  --help           show this text

Exit code 0 if nothing was lost, duplicated or left dangling, 1 if something was, 2 if the options make no sense.
`;

const PROGRESS_MS = 10_000;
const MINIMIZE = { seconds: 12, attempts: 3 };

export async function chaos(args: string[]): Promise<number> {
  const options = parseOptions(help, {
    minutes: { type: "string" },
    seed: { type: "string" },
    faults: { type: "string" },
    minimize: { type: "boolean" },
    json: { type: "boolean" },
  }, args);
  const minutes = positiveNumber(help, "minutes", options.minutes ?? "2");
  const seed = options.seed === undefined ? newSeed() : wholeNumber(help, "seed", options.seed);
  const kinds = kindsIn(options.faults);
  if (kinds === null) misused(help, `--faults=${options.faults}: choose of ${FAULT_KINDS}`);

  progress(`Seed ${seed}`);
  if (options.minimize) return await findNeeded(seed);

  const startedAt = performance.now();
  let toldAt = startedAt;
  const done: string[] = [];
  const report = await storm({
    seconds: minutes * 60,
    seed,
    kinds,
    onDeed: (line, { deeds, faults }) => {
      const now = performance.now();
      done.push(`${Math.round(now - startedAt)} ${line}`);
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      progress(
        `${Math.round((now - startedAt) / 1000)} s: ${deeds.total} deeds, ${faults.total} faults`,
      );
    },
    onTrouble: async (platform, trouble) => {
      const path = await recordTrouble(platform, { trouble, deeds: done });
      progress(`What happened is in ${path}`);
    },
  });
  if (options.json) {
    const { deeds, faults, ...rest } = report;
    printJson({ ...rest, deeds: counts(deeds), faults: counts(faults) });
  } else printReport(report);
  return report.violations.length === 0 ? 0 : 1;
}

async function findNeeded(seed: number): Promise<number> {
  const needed = await minimize({
    ...MINIMIZE,
    seed,
    onAttempt: (kinds, failed) =>
      progress(`${failed ? "✗ goes wrong" : "✓ holds"} with ${kinds.join(",") || "no fault"}`),
  });
  if (needed === null) {
    print(`Nothing went wrong in ${MINIMIZE.attempts} storms with seed ${seed}`);
    return 0;
  }
  print(
    `deno task proof chaos --minutes=${MINIMIZE.seconds / 60} --seed=${seed} --faults=${
      needed.join(",")
    }`,
  );
  return 1;
}

function printReport(report: StormReport): void {
  const { deeds, faults, isolates, vapiRequests, jobs, texts, violations } = report;
  const section = (title: string, tally: Tally) => {
    print(`${title}: ${tally.total}`);
    for (const [name, count] of tally.entries()) print(`${String(count).padStart(7)}  ${name}`);
  };
  section("Deeds", deeds);
  section("Faults", faults);
  print(`${isolates} isolates, ${vapiRequests} requests to Vapi, ${jobs} jobs, ${texts} texts`);
  for (const violation of violations) print(`✗ ${violation}`);
  print(`Seed ${report.seed}: ${violations.length} violations`);
}

function counts(tally: Tally): Record<string, number> {
  return Object.fromEntries(tally.entries());
}

function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Null for a kind that does not exist. */
function kindsIn(text: string | undefined): readonly FaultKind[] | null {
  if (text === undefined) return FAULT_KINDS;
  const names = text.split(",").filter((name) => name !== "");
  const kinds = FAULT_KINDS.filter((kind) => names.includes(kind));
  return kinds.length === names.length ? kinds : null;
}
