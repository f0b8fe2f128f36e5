/** The free start times in an answer of checkAvailability, one by one, from its ranges. */
import type { JsonObject } from "../../../shared/json.ts";
import { z } from "zod";

const freeSchema = z.array(z.string());

/** "09:00-10:00" every 30 minutes is 09:00, 09:30 and 10:00. */
export function freeTimes({ free }: JsonObject, everyMinutes = 15): string[] {
  return freeSchema.parse(free).flatMap((range) => {
    const [from = "", until = from] = range.split("-");
    return timesBetween(from, until, everyMinutes);
  });
}

/** From one time to the other, both included. */
export function timesBetween(from: string, until: string, everyMinutes = 15): string[] {
  const times: string[] = [];
  for (let at = minutesOf(from); at <= minutesOf(until); at += everyMinutes) {
    times.push(
      `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`,
    );
  }
  return times;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
