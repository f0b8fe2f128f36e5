import type { JsonObject } from "../../../shared/json.ts";
import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { Caller, phoneOf } from "../caller.ts";
import type { Clinic, Platform } from "../platform.ts";
import type { Scenario } from "./crash_everywhere.ts";

interface Visit {
  clinic: Clinic;
  caller: Caller;
  date: string;
  time: string;
}

const CALENDAR = "clinic@example.com";
const furnished = new WeakMap<Platform, Clinic>();
let visits = 0;

/**
 * A caller reserves a slot, gets a code by text message, says it, and is booked, with a confirmation by text message and an event in Google
 * Calendar.
 */
export const bookWithCode: Scenario<Visit> = {
  name: "booking with code, text messages and calendar",
  async prepare(platform) {
    const clinic = await bookingClinic(platform);
    const number = visits++;
    // Each visit has a day of its own, so that no crash point finds what an earlier one booked.
    const date = weekdayAhead(8, number);
    await platform.stack.functions.restart();
    return { clinic, date, time: "10:00", caller: new Caller(platform, clinic, phoneOf(number)) };
  },
  async act(platform, { caller, date, time }) {
    const reserved = await caller.call("reserveAppointment", {
      appointmentDate: date,
      appointmentTime: time,
      patientName: "Test Patient",
      patientPhone: caller.phone,
    });
    await platform.quiet();
    const code = caller.latestCode();
    const booked = await caller.call("verifyBookingCode", { code, ...holdOf(reserved) });
    if (typeof booked["appointmentId"] === "string") {
      platform.ledger.booked.add(booked["appointmentId"]);
    }
    await platform.quiet();
  },
  check(platform, { caller }) {
    const texts = platform.stack.integrations.twilio.textsTo(caller.phone).length;
    return texts === 2
      ? []
      : [`The caller got ${texts} texts instead of a code and a confirmation`];
  },
};

function holdOf({ holdId }: JsonObject): JsonObject {
  return typeof holdId === "string" ? { holdId } : {};
}

/** One for all visits on a platform, with a calendar at Google. */
export async function bookingClinic(platform: Platform): Promise<Clinic> {
  const clinic = furnished.get(platform) ?? await furnish(platform);
  furnished.set(platform, clinic);
  return clinic;
}

async function furnish(platform: Platform): Promise<Clinic> {
  const clinic = await platform.clinic("Booking clinic");
  const { sql, integrations } = platform.stack;
  integrations.google.share(CALENDAR);
  await sql`update calendars set google_calendar_id = ${CALENDAR} where org_id = ${clinic.id}`;
  await sql`update booking_policies set horizon_days = 730 where org_id = ${clinic.id}`;
  // Every crash point's texts are sent on the same day.
  await sql`update sms_policies set max_texts_per_day = 20000 where org_id = ${clinic.id}`;
  // What a first clinic causes at Vapi does not belong to any visit.
  await platform.quiet();
  return clinic;
}
