/** Plays scenarios: each with each stand-in in a clinic of its own, many at a time, and grades them by what is in the database. */
import { type Stack, type StackOptions, startStack } from "../local/stack.ts";
import { type PayloadShape, payloadShapes } from "../local/vapi/calls/shapes.ts";
import { openClinics } from "./clinics.ts";
import { difference, expectedLines, readEndStates } from "./end_state.ts";
import { readFlags } from "./flags.ts";
import type { Endpoint } from "./live_model.ts";
import { badManners } from "./manners.ts";
import { withOwnNumbers } from "./own_numbers.ts";
import { type Played, playRun } from "./hold_calls.ts";
import { type End, type Scenario, type StandIn, standIns } from "./scenario.ts";
import type { Line } from "./words.ts";

export interface Run {
  readonly scenario: Scenario;
  readonly standIn: StandIn;
  readonly shape: PayloadShape;
  /** Its number among all runs. */
  readonly seed: number;
}

export interface Result extends Run {
  /** What is wrong; empty if the run passed. */
  readonly problems: readonly string[];
  /** What was said in each of its calls. */
  readonly dialogues: readonly (readonly Line[])[];
  readonly callerTurns: number;
}

/** Enough to keep two cores busy; with each additional one, the database prepares all of its statements on one more connection. */
const AT_ONCE = 6;
/** The shapes of a phone call; the others are for scenarios that name them. */
const CALL_SHAPES: readonly PayloadShape[] = payloadShapes.filter((shape) =>
  shape !== "chat" && shape !== "root"
);
/** Nothing distinguishes a call that is delivered twice from a second one. */
const WITHOUT_IDS: readonly PayloadShape[] = ["function-call", "legacy"];
const BOASTED = new Set(["book", "cancel", "move"]);

/** Each scenario with each of its stand-ins, in shapes that take turns. */
export function planRuns(scenarios: readonly Scenario[]): Run[] {
  const runs = scenarios.flatMap((scenario) =>
    standIns.filter((standIn) => fits(standIn, scenario))
      .map((standIn) => ({ scenario, standIn }))
  );
  return runs.map((run, i) => ({ ...run, seed: i, shape: shapeOf(run.scenario, run.standIn, i) }));
}

/** A share of them for every test run: one run of each sixth scenario, with the stand-ins in turns. */
export function shareOf(runs: readonly Run[]): Run[] {
  const byScenario = Map.groupBy(runs, ({ scenario }) => scenario);
  return [...byScenario.values()].filter((_, n) => n % 6 === 0)
    .flatMap((own, n) => own[n % own.length] ?? []);
}

/** What every clinic's phone is about, with an obedient model: if any of that breaks, it breaks for everybody. */
export function essentialsOf(runs: readonly Run[]): Run[] {
  return runs.filter(({ scenario, standIn }) =>
    scenario.topic === "essentials" && standIn === "obedient"
  );
}

/** Turns of the caller that a booking takes at the median; 0 if nobody booked. */
export function medianTurns(results: readonly Result[]): number {
  const turns = results.filter(({ scenario: { calls } }) =>
    calls.length === 1 && calls[0]?.wants.join() === "book"
  ).map(({ callerTurns }) => callerTurns).sort((one, other) => one - other);
  return turns[Math.floor(turns.length / 2)] ?? 0;
}

/** Nobody boasts of what cannot be done without a tool: looking, or sending a requested text. */
function fits(standIn: StandIn, { calls, without }: Scenario): boolean {
  if (without.includes(standIn)) return false;
  return standIn !== "boaster" ||
    calls.every(({ wants }) => wants.every((wish) => BOASTED.has(wish)));
}

function shapeOf({ shapes }: Scenario, standIn: StandIn, i: number): PayloadShape {
  const wanted = payloadShapes.filter((shape) =>
    shapes?.includes(shape) ??
      (CALL_SHAPES.includes(shape) && (standIn !== "stutterer" || !WITHOUT_IDS.includes(shape)))
  );
  const shape = wanted[i % wanted.length];
  if (shape === undefined) throw new Error(`There is no payload shape ${shapes?.join(", ")}`);
  return shape;
}

/** Environment with text messages and Google's calendar, whose doubles are never reached: jobs stay in the queue. */
export async function startConversations(
  options: Pick<StackOptions, "launch"> = {},
): Promise<Stack> {
  const stack = await startStack({ ...options, cron: false, integrations: true });
  await setUpGoogle(stack, false);
  return stack;
}

/**
 * Google is set up only for clinics that copy their calendars there: with it, each tool first asks which of a clinic's calendars are
 * connected, which for a thousand clinics in a minute is as much work as the calls themselves.
 */
async function setUpGoogle({ functions, integrations }: Stack, isSetUp: boolean): Promise<void> {
  const variables = Object.entries(integrations.google.env)
    .map(([name, value]) => [name, isSetUp ? value : undefined] as const);
  await functions.setEnv(Object.fromEntries(variables));
}

/** A run with what was wrong and all that was said. */
export function describe({ scenario, standIn, shape, problems, dialogues }: Result): string {
  return [
    `${problems.length === 0 ? "✓" : "✗"} ${nameOf({ scenario, standIn })} (${shape})`,
    ...problems.map((problem) => `    ${problem}`),
    ...dialogues.flat().map(({ who, text }) => `      ${who.padEnd(9)} ${text}`),
    "",
  ].join("\n");
}

export function nameOf({ scenario, standIn }: Pick<Run, "scenario" | "standIn">): string {
  return `${scenario.topic}: ${scenario.title} × ${standIn}`;
}

/** Each scenario several times with a real model, which must achieve what an obedient one does. */
export function planModelRuns(scenarios: readonly Scenario[], times: number): Run[] {
  const all = scenarios.flatMap((scenario) => Array.from({ length: times }, () => scenario));
  return all.map((scenario, seed) => ({
    scenario,
    standIn: "obedient",
    seed,
    shape: shapeOf(scenario, "obedient", 0),
  }));
}

/** With an endpoint, the model behind it speaks in place of the stand-ins. */
export async function play(
  stack: Stack,
  runs: readonly Run[],
  endpoint?: Endpoint,
): Promise<Result[]> {
  stack.net.resume();
  const scenarios = runs.map(withOwnNumbers);
  const clinics = await openClinics(stack, scenarios);
  // From now on nothing is sent: the queued messages are graded.
  stack.net.pause();
  const played = new Array<Played | Error>(runs.length);
  const playAll = async (which: readonly number[]) => {
    const queue = which.values();
    const worker = async () => {
      for (const i of queue) {
        const [clinic, run, scenario] = [clinics[i], runs[i], scenarios[i]];
        if (clinic === undefined || run === undefined || scenario === undefined) {
          throw new Error("A run has no clinic");
        }
        played[i] = await playRun(stack, clinic, { ...run, scenario, endpoint })
          .catch((error) => error instanceof Error ? error : new Error(String(error)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
  const { copied = [], others = [] } = Object.groupBy(
    runs.keys(),
    (i) => runs[i]?.scenario.clinic.google === true ? "copied" : "others",
  );
  await playAll(others);
  if (copied.length > 0) {
    await setUpGoogle(stack, true);
    await playAll(copied);
    await setUpGoogle(stack, false);
  }
  const states = await readEndStates(stack, clinics);
  const flags = await readFlags(stack, clinics);
  return runs.map((run, i) => {
    const outcome = played[i];
    const orgId = clinics[i]?.orgId ?? "";
    if (outcome === undefined || outcome instanceof Error) {
      const why = outcome?.message ?? "was not played";
      return { ...run, problems: [why], dialogues: [], callerTurns: 0 };
    }
    return {
      ...run,
      dialogues: outcome.calls.map(({ line }) => line.log),
      callerTurns: outcome.calls.reduce((sum, { caller }) => sum + caller.turns, 0),
      problems: grade({ ...run, scenario: scenarios[i] ?? run.scenario }, outcome, {
        found: states.get(orgId) ?? [],
        flagged: flags.get(orgId) ?? 0,
      }),
    };
  });
}

function grade(
  { scenario, standIn, shape }: Run,
  { calls }: Played,
  { found, flagged }: { found: readonly string[]; flagged: number },
): string[] {
  const end = endWith(scenario, standIn);
  const isFlagged = end.flagged ?? false;
  return [
    ...difference(expectedLines(scenario, end), found),
    ...calls.flatMap(({ caller, line }) =>
      badManners({ caller, answers: line.answers, log: line.log }, scenario, end)
    ),
    // A false claim that went unnoticed, or a true one that was taken for false. Without a call there is nothing to mark.
    ...flagged > 0 !== isFlagged && !["chat", "root"].includes(shape)
      ? [
        isFlagged
          ? "a false claim went unnoticed"
          : "a call was marked for a claim that no tool bears out",
      ]
      : [],
  ];
}

/** How a stand-in's nature changes a scenario's end, and then how the scenario itself does. */
function endWith(scenario: Scenario, standIn: StandIn): End {
  const { end, but, before } = scenario;
  const own = but[standIn] ?? {};
  switch (standIn) {
    case "boaster":
      return { asked: end.asked, visits: before, texts: [], flagged: true, ...own };
    case "inventor":
      // Corrected by the tool, it has to ask for the day again.
      return {
        ...end,
        asked: { ...end.asked, day: (end.asked?.day ?? 1) + 1 },
        ...end.turns === undefined ? {} : { turns: end.turns + 1 },
        ...own,
      };
    default:
      return { ...end, ...own };
  }
}
