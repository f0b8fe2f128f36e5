/** One clinic with 50 calendars: bookings one after the other, and whole conversations of several callers at the same time. */
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
  /** What was no result but an error, or a refusal that nothing explains. */
  readonly errors: readonly string[];
}

export const CALLERS = 8;
/** The most that callers at the same time may make each other wait. */
export const MOST_WAITING = 3;
/** Nothing else is booked on this one of the first days. */
const DAY = 5;

export async function mixedCalls(site: Site, conversations: number): Promise<Mixed> {
  const errors: string[] = [];
  let begun = 0;
  const converse = async (): Promise<number[]> => {
    const n = begun++;
    const took: number[] = [];
    for (const step of steps(n)) {
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
  const all: number[] = [];
  const ms = await timed(async () => {
    await Promise.all(Array.from({ length: CALLERS }, async () => {
      for (let n = 0; n < conversations / 2; n++) all.push(...await converse());
    }));
  });
  const bookings = one.map((took) => took[BOOKING] ?? NaN);
  const [p95OfOneMs, p95OfAllMs] = [p95(one.flat()), p95(all)];
  return {
    serialPerSecond: rounded(1000 / figures(bookings).medianMs),
    perSecond: rounded(all.length / ms * 1000),
    p95OfOneMs: rounded(p95OfOneMs),
    p95OfAllMs: rounded(p95OfAllMs),
    ratio: rounded(p95OfAllMs / p95OfOneMs),
    errors,
  };
}

/** Which of the steps books. */
const BOOKING = 2;

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
  return [
    toolCall("checkAvailability", { date: time.date }, caller),
    toolCall("reserveSlot", time, caller),
    toolCall(
      "bookClinicAppointment",
      { ...time, patientName: "New Patient", patientPhone: caller.from },
      caller,
    ),
    toolCall("sendBookingConfirmation", {}, caller),
    toolCall("cancelAppointment", {}, caller),
  ];
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
