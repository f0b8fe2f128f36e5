/**
 * One clinic with 50 calendars: whole conversations of one caller, then of several at the same time, in turns. Callers pause between two
 * tools, as every real call does; the throughput of callers who never pause is measured as well.
 */
import type { Sql } from "postgres";
import type { JsonObject } from "../../../shared/json.ts";
import { figures, PLANNED_AFTER, rounded, timed } from "../measure.ts";
import type { Site } from "./site.ts";
import { LARGE_CALENDARS } from "./platform.ts";
import { placeOf, toolCall, visitFor } from "./statements.ts";

export interface Mixed {
  /** Bookings per second by one caller who waits for each. */
  readonly serialPerSecond: number;
  /** For callers who pause: the p95 of all tools in each round. */
  readonly rounds: readonly Round[];
  /** The middle one of the rounds' ratios. */
  readonly ratio: number;
  /** The p95 of each tool over all rounds. */
  readonly p95OfTools: Readonly<Record<string, { oneMs: number; allMs: number }>>;
  /** For callers who never pause: tool calls per second, of one and of all, and their p95. */
  readonly unpaused: {
    onePerSecond: number;
    allPerSecond: number;
    p95OfOneMs: number;
    p95OfAllMs: number;
  };
  /** Of the moments in which the database was working for one of them, the share in which that one waited for a lock. */
  readonly waitingForLocks: number;
  /** Answers that were errors, or refusals without an explanation. */
  readonly errors: readonly string[];
}

export interface Round {
  readonly p95OfOneMs: number;
  readonly p95OfAllMs: number;
  readonly ratio: number;
}

export const CALLERS = 8;
/** How long simultaneous callers may make each other wait. */
export const MOST_WAITING = 3;
/** After an answer a model thinks and a voice speaks: at least ten times as long. */
const PAUSE_MS = 100;
const ROUNDS = 5;
/** The only thing booked on this one of the first days. */
const DAY = 5;
const LOOK_EVERY_MS = 50;

export async function mixedCalls(site: Site, conversations: number): Promise<Mixed> {
  const errors: string[] = [];
  let begun = 0;
  const converse = async (pauseMs: number): Promise<number[]> => {
    const took: number[] = [];
    for (const step of steps(begun++)) {
      await pause(pauseMs * (0.5 + Math.random()));
      took.push(
        await timed(async () => {
          try {
            const answer = await site.call("tool_call", step);
            if (answer["success"] !== true) errors.push(JSON.stringify(answer));
          } catch (error) {
            errors.push(String(error));
          }
        }),
      );
    }
    return took;
  };
  const several = async (callers: number, each: number, pauseMs: number): Promise<number[][]> => {
    const taken: number[][] = [];
    await Promise.all(Array.from({ length: callers }, async () => {
      for (let n = 0; n < each; n++) taken.push(await converse(pauseMs));
    }));
    return taken;
  };
  // Each of the connections that will be used has planned everything.
  await several(CALLERS, PLANNED_AFTER, 0);

  const each = Math.ceil(conversations / 2);
  const [one, all]: [number[][], number[][]] = [[], []];
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [alone, together] = [
      await several(1, each, PAUSE_MS),
      await several(CALLERS, Math.ceil(each / 2), PAUSE_MS),
    ];
    one.push(...alone);
    all.push(...together);
    const [p95OfOneMs, p95OfAllMs] = [p95(alone.flat()), p95(together.flat())];
    rounds.push({ p95OfOneMs, p95OfAllMs, ratio: rounded(p95OfAllMs / p95OfOneMs) });
  }

  const unpausedOne = await perSecond(() => several(1, conversations, 0));
  const locks = watchLocks(site.stack.sql);
  const unpausedAll = await perSecond(() => several(CALLERS, each, 0));
  const waitingForLocks = await locks.stop();
  const ofStep = (taken: number[][], step: number) => taken.map((took) => took[step] ?? NaN);
  const bookings = ofStep(unpausedOne.taken, TOOLS.indexOf("bookClinicAppointment"));
  return {
    serialPerSecond: rounded(1000 / figures(bookings).medianMs),
    rounds,
    ratio: rounds.map(({ ratio }) => ratio).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ??
      NaN,
    p95OfTools: Object.fromEntries(
      TOOLS.map((
        tool,
        step,
      ) => [tool, { oneMs: p95(ofStep(one, step)), allMs: p95(ofStep(all, step)) }]),
    ),
    unpaused: {
      onePerSecond: unpausedOne.perSecond,
      allPerSecond: unpausedAll.perSecond,
      p95OfOneMs: p95(unpausedOne.taken.flat()),
      p95OfAllMs: p95(unpausedAll.taken.flat()),
    },
    waitingForLocks,
    errors,
  };
}

/** Whether simultaneous callers neither fail, nor make each other wait too long, nor achieve less than a single one. */
export function isMet({ errors, ratio, unpaused }: Mixed): boolean {
  return errors.length === 0 && ratio <= MOST_WAITING &&
    unpaused.allPerSecond >= unpaused.onePerSecond;
}

async function perSecond(
  calls: () => Promise<number[][]>,
): Promise<{ taken: number[][]; perSecond: number }> {
  let taken: number[][] = [];
  const ms = await timed(async () => taken = await calls());
  return { taken, perSecond: rounded(taken.flat().length / ms * 1000) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const TOOLS = [
  "checkAvailability",
  "reserveSlot",
  "bookClinicAppointment",
  "sendBookingConfirmation",
  "cancelAppointment",
] as const;

/** Records what PostgREST's connections wait for, until it is stopped. */
function watchLocks(sql: Sql): { stop(): Promise<number> } {
  let isOver = false;
  const seen = { atWork: 0, waiting: 0 };
  const watching = (async () => {
    while (!isOver) {
      const [now] = await sql<{ at_work: number; waiting: number }[]>`
        select count(*)::int as at_work, count(*) filter (where wait_event_type = 'Lock')::int as waiting
        from pg_stat_activity where usename = 'authenticator' and state = 'active'`;
      seen.atWork += now?.at_work ?? 0;
      seen.waiting += now?.waiting ?? 0;
      await pause(LOOK_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return rounded(seen.waiting / Math.max(seen.atWork, 1));
    },
  };
}

/** The free half hours of that day; each caller gets another provider than the one before. */
function timeOf(n: number): { date: string; time: string; provider: string } {
  const { date, hour } = placeOf(visitFor(DAY, Math.floor(n / LARGE_CALENDARS)));
  return {
    date,
    time: `${String(hour).padStart(2, "0")}:30`,
    provider: `Provider ${1 + n % LARGE_CALENDARS}`,
  };
}

/** A caller asks, holds, books, gets a text, and cancels: the time is free for the next caller. */
function steps(n: number): JsonObject[] {
  const time = timeOf(n);
  const caller = { callId: `mixed-${n}`, from: `+1248${1e7 + n}` };
  const args: Record<typeof TOOLS[number], JsonObject> = {
    checkAvailability: { date: time.date },
    reserveSlot: time,
    bookClinicAppointment: { ...time, patientName: "New Patient", patientPhone: caller.from },
    sendBookingConfirmation: {},
    cancelAppointment: {},
  };
  return TOOLS.map((tool) => toolCall(tool, args[tool], caller));
}

function p95(times: readonly number[]): number {
  return rounded(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN);
}
