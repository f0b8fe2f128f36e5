import type { JsonObject } from "../../../shared/json.ts";
import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { phoneOf } from "../caller.ts";
import { patiently } from "../patiently.ts";
import type { Clinic } from "../platform.ts";
import { askAsStaff } from "../staff.ts";
import { bookingClinic } from "./book.ts";
import type { Scenario } from "./crash_everywhere.ts";

interface Day {
  clinic: Clinic;
  date: string;
  phone: string;
}

let days = 0;

/** The staff book a visit and move it; its patient is reminded, and cancels it by text message: each with its event and its text. */
export const staffAndReminder: Scenario<Day> = {
  name: "a visit that the staff book and move, and its patient calls off",
  async prepare(platform) {
    const clinic = await bookingClinic(platform);
    const day = days++;
    await platform.stack.functions.restart();
    return { clinic, date: weekdayAhead(8, day), phone: phoneOf(1000 + day) };
  },
  async act(platform, { clinic, date, phone }) {
    const { stack, ledger } = platform;
    const booked = await askAsStaff(platform, clinic, "book_appointment", {
      p_org_id: clinic.id,
      p_patient_name: "Staff's Patient",
      p_patient_phone: phone,
      p_date: date,
      p_time: "13:00",
    });
    const id = idOf(booked);
    ledger.booked.add(id);
    await platform.quiet();
    await askAsStaff(platform, clinic, "move_appointment", {
      p_appointment_id: id,
      p_date: date,
      p_time: "14:00",
    });
    await platform.quiet();
    await stack.sql`select private.remind(visit) from appointments visit where id = ${id}`;
    await platform.quiet();
    ledger.booked.delete(id);
    // A person who gets no reply texts again.
    await patiently("calling a visit off", async () => {
      await stack.integrations.twilio.receive({ from: phone, body: "X" });
      const [visit] = await stack.sql<{ state: string }[]>`
        select state from appointments where id = ${id}`;
      if (visit?.state !== "cancelled") throw new Error(`Visit ${id} is ${visit?.state}`);
    });
    await platform.quiet();
  },
  check({ stack }, { phone }) {
    const texts = stack.integrations.twilio.textsTo(phone).map(({ body }) => body);
    const wanted = [/is confirmed/, /has been moved|is now on/, /reminder/, /has been cancelled/];
    return wanted.filter((what) => texts.filter((body) => what.test(body)).length !== 1)
      .map((what) => `Not one text says ${what.source}: ${texts.join(" / ")}`);
  },
};

function idOf({ appointmentId: id, message }: JsonObject): string {
  if (typeof id !== "string") throw new Error(`The staff could not book: ${message}`);
  return id;
}
