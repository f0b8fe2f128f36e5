/** One clinic with 50 calendars: bookings one after the other, and whole conversations of several callers at the same time. */
import type { Sql } from "postgres";
import type { JsonObject } from "../../../shared/json.ts";
import { figures, timed } from "../measure.ts";
import type { Site } from "./site.ts";
import { LARGE_CALENDARS } from "./platform.ts";
import { placeOf, toolCall, visitFor } from "./statements.ts";

export interface Mixed {
  /** Bookings in a second by one caller who waits for each. */
  readonly serialPerSecond: number;
  /** Tool calls in a second by all callers. */
  readonly perSecond: number;
  readonly p95OfOneMs: number;
  readonly p95OfAllMs: number;
  readonly ratio: number;
  /** The same of each tool. */
  readonly p95OfTools: Readonly<Record<string, { oneMs: number; allMs: number }>>;
  /** Of the moments in which the database was at work for one of all callers, the share in which that one waited for a lock. */
  readonly waitingForLocks: number;
  /** What was no result but an error, or a refusal that nothing explains. */
  readonly errors: readonly string[];
}

export const CALLERS = 8;
/** The most that callers at the same time may make each other wait. */
export const MOST_WAITING = 3;
/** Nothing else is booked on this one of the first days. */
const DAY = 5;
const LOOK_EVERY_MS = 50;

export async function mixedCalls(site: Site, conversations: number): Promise<Mixed> {
  const errors: string[] = [];
  let begun = 0;
  const converse = async (): Promise<number[]> => {
    const took: number[] = [];
    for (const step of steps(begun++)) {
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
  // Warm, on as many connections as there will be.
  await Promise.all(Array.from({ length: CALLERS }, converse));

  const one: number[][] = [];
  for (let n = 0; n < conversations; n++) one.push(await converse());
  const all: number[][] = [];
  const locks = watchLocks(site.stack.sql);
  const ms = await timed(async () => {
    await Promise.all(Array.from({ length: CALLERS }, async () => {
      for (let n = 0; n < conversations / 2; n++) all.push(await converse());
    }));
  });
  const waitingForLocks = await locks.stop();
  const ofStep = (taken: number[][], step: number) => taken.map((took) => took[step] ?? NaN);
  const bookings = ofStep(one, TOOLS.indexOf("bookClinicAppointment"));
  const [p95OfOneMs, p95OfAllMs] = [p95(one.flat()), p95(all.flat())];
  return {
    waitingForLocks,
    p95OfTools: Object.fromEntries(
      TOOLS.map((tool, step) => [tool, {
        oneMs: rounded(p95(ofStep(one, step))),
        allMs: rounded(p95(ofStep(all, step))),
      }]),
    ),
    serialPerSecond: rounded(1000 / figures(bookings).medianMs),
    perSecond: rounded(all.flat().length / ms * 1000),
    p95OfOneMs: rounded(p95OfOneMs),
    p95OfAllMs: rounded(p95OfAllMs),
    ratio: rounded(p95OfAllMs / p95OfOneMs),
    errors,
  };
}

const TOOLS = [
  "checkAvailability",
  "reserveSlot",
  "bookClinicAppointment",
  "sendBookingConfirmation",
  "cancelAppointment",
] as const;

/** Looks what PostgREST's connections wait for, until it is stopped. */
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
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
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

/** The half hours that are free on that day, each caller's with another provider than the one's before. */
function timeOf(n: number): { date: string; time: string; provider: string } {
  const { date, hour } = placeOf(visitFor(DAY, Math.floor(n / LARGE_CALENDARS)));
  return {
    date,
    time: `${String(hour).padStart(2, "0")}:30`,
    provider: `Provider ${1 + n % LARGE_CALENDARS}`,
  };
}

/** A caller asks, holds, books, hears it again by text, and calls it off: the time is free for the next one. */
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
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
