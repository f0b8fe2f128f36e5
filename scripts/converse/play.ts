/** Plays scenarios: each with each stand-in in a clinic of its own, many at a time, and grades them by what is in the database. */
import { todayIn } from "../../shared/tools/local_date.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { type PayloadShape, payloadShapes } from "../local/vapi/calls/shapes.ts";
import { Caller } from "./caller.ts";
import { type Clinic, openClinics } from "./clinics.ts";
import { difference, expectedLines, readEndStates } from "./end_state.ts";
import { readFlags } from "./flags.ts";
import { knowledgeOf } from "./knowledge.ts";
import { type Endpoint, LiveModel } from "./live_model.ts";
import { PhoneLine } from "./line.ts";
import { badManners } from "./manners.ts";
import { Model } from "./model.ts";
import { type Call, type End, type Scenario, type StandIn, standIns } from "./scenario.ts";
import { temperOf } from "./tempers.ts";
import type { Line } from "./words.ts";

export interface Run {
  readonly scenario: Scenario;
  readonly standIn: StandIn;
  readonly shape: PayloadShape;
  /** Its number among all runs. */
  readonly seed: number;
}

export interface Result extends Run {
  /** What is not as it should be; empty if the run passed. */
  readonly problems: readonly string[];
  /** What was said in each of its calls. */
  readonly dialogues: readonly (readonly Line[])[];
  readonly callerTurns: number;
}

const AT_ONCE = 12;
/** What carries a call; the others are for scenarios that name them. */
const CALL_SHAPES: readonly PayloadShape[] = payloadShapes.filter((shape) =>
  shape !== "chat" && shape !== "root"
);
/** Nothing tells a call that is delivered twice from a second one. */
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

/** A share of them for every test run: of each sixth scenario one run, the stand-ins in turns. */
export function shareOf(runs: readonly Run[]): Run[] {
  const byScenario = Map.groupBy(runs, ({ scenario }) => scenario);
  return [...byScenario.values()].filter((_, n) => n % 6 === 0)
    .flatMap((own, n) => own[n % own.length] ?? []);
}

/** What every clinic's phone is about, with a model that does as it is told: whatever of that breaks, breaks for everybody. */
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

/** Nobody boasts of what can't be done without a tool: looking, or sending a text that was asked for. */
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

/** Environment with text messages and Google's calendar, whose doubles nothing reaches: jobs stay in the queue. */
export function startConversations(): Promise<Stack> {
  return startStack({ cron: false, integrations: true });
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

/** Each scenario so many times with a real model, which is held to what an obedient one must reach. */
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
  const clinics = await openClinics(stack, runs.map(({ scenario }) => scenario));
  // From now on nothing is sent: what is queued is what is graded.
  stack.net.pause();
  const played = new Array<Played | Error>(runs.length);
  const queue = runs.entries();
  const worker = async () => {
    for (const [i, run] of queue) {
      const clinic = clinics[i];
      if (clinic === undefined) throw new Error("A run has no clinic");
      played[i] = await playRun(stack, clinic, run, endpoint)
        .catch((error) => error instanceof Error ? error : new Error(String(error)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
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
      problems: grade(run, outcome, states.get(orgId) ?? [], flags.get(orgId) ?? 0),
    };
  });
}

interface Played {
  readonly calls: readonly { caller: Caller; line: PhoneLine }[];
}

async function playRun(
  stack: Stack,
  clinic: Clinic,
  run: Run,
  endpoint: Endpoint | undefined,
): Promise<Played> {
  const calls = [];
  for (const call of run.scenario.calls) {
    calls.push(await playCall(stack, clinic, { ...run, call, endpoint }));
  }
  return { calls };
}

async function playCall(
  stack: Stack,
  clinic: Clinic,
  { scenario, standIn, shape, seed, call, endpoint }: Run & {
    call: Call;
    endpoint: Endpoint | undefined;
  },
) {
  const { timezone, language } = scenario.clinic;
  const from = call.from ?? call.facts.phone ?? "withheld";
  const number = from === "withheld" ? null : from;
  const line = new PhoneLine(stack, clinic, { shape, number, seed, callId: crypto.randomUUID() });
  const knowledge = await knowledgeOf(stack, clinic.assistantId, number);
  const caller = new Caller({
    call,
    language,
    today: todayIn(timezone, new Date()),
    readCode: () => latestCode(stack, clinic, call.reads ?? call.facts.phone ?? null),
  });
  const model = endpoint === undefined
    ? new Model(knowledge, temperOf(standIn), line, language)
    : new LiveModel(knowledge, endpoint, line);
  let heard = caller.open();
  for (;;) {
    line.say("caller", heard.text);
    const speech = await model.answer(heard);
    line.say("assistant", speech.text);
    const next = await caller.answer(speech);
    if (next === null || caller.turns > MAX_TURNS) break;
    heard = next;
  }
  await line.end();
  return { caller, line };
}

const MAX_TURNS = 14;

async function latestCode(
  { sql }: Stack,
  { orgId }: Clinic,
  phone: string | null,
): Promise<string | null> {
  const [text] = await sql<{ body: string }[]>`
    select body from sms_messages where org_id = ${orgId} and recipient = ${phone} and kind = 'code'
    order by created_at desc limit 1`;
  return /\b\d{6}\b/.exec(text?.body ?? "")?.[0] ?? null;
}

function grade(
  { scenario, standIn, shape }: Run,
  { calls }: Played,
  found: readonly string[],
  flagged: number,
): string[] {
  const end = endWith(scenario, standIn);
  const isFlagged = end.flagged ?? false;
  return [
    ...difference(expectedLines(scenario, end), found),
    ...calls.flatMap(({ caller, line }) =>
      badManners({ caller, answers: line.answers, log: line.log }, scenario, end)
    ),
    // A false claim that nobody noticed, or a true one that was taken for false. Without a call there is nothing to mark.
    ...flagged > 0 !== isFlagged && !["chat", "root"].includes(shape)
      ? [
        isFlagged
          ? "a false claim went unnoticed"
          : "a call was marked for a claim that no tool bears out",
      ]
      : [],
  ];
}

/** What a stand-in's own nature changes about a scenario's end, and then what the scenario says of it. */
export function endWith(scenario: Scenario, standIn: StandIn): End {
  const { end, but, before } = scenario;
  const own = but[standIn] ?? {};
  switch (standIn) {
    case "boaster":
      return { asked: end.asked, visits: before, texts: [], flagged: true, ...own };
    case "inventor":
      // Corrected by the tool, it has to ask again for the day.
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
