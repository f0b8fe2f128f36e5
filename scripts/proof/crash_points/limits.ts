import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { Caller, phoneOf } from "../caller.ts";
import type { Clinic, Platform } from "../platform.ts";
import { type Offer, openChoices } from "../storm/town.ts";
import type { Scenario } from "./crash_everywhere.ts";

interface LastPlace {
  clinic: Clinic;
  date: string;
  /** Each wants something different from a different provider. */
  callers: readonly (Pick<Offer, "words"> & { caller: Caller })[];
}

const furnished = new WeakMap<Platform, Clinic>();
let days = 0;

/** Two callers want a day's last place at the same moment, for two services, one of which only one provider does. */
export const takeLastPlace: Scenario<LastPlace> = {
  name: "the last place of a day, wanted twice",
  async prepare(platform) {
    const clinic = furnished.get(platform) ?? await furnish(platform);
    furnished.set(platform, clinic);
    const day = days++;
    await platform.stack.functions.restart();
    const callers = [{}, { service: "Whitening" }].map((words, n) => ({
      words,
      caller: new Caller(platform, clinic, phoneOf(300 + 2 * day + n)),
    }));
    return { clinic, date: weekdayAhead(8, day), callers };
  },
  async act(platform, { date, callers }) {
    await Promise.all(callers.map(async ({ words, caller }, n) => {
      const { appointmentId: id } = await caller.call("bookClinicAppointment", {
        patientName: "Test Patient",
        patientPhone: caller.phone,
        appointmentDate: date,
        appointmentTime: `1${n}:00`,
        ...words,
      });
      if (typeof id === "string") platform.ledger.booked.add(id);
    }));
    await platform.quiet();
  },
  async check({ stack }, { clinic, date, callers }) {
    const visits = await stack.sql`
      select from appointments
      where org_id = ${clinic.id} and state = 'confirmed' and (starts_at at time zone 'America/New_York')::date = ${date}`;
    const told = callers.flatMap(({ caller }) => stack.integrations.twilio.textsTo(caller.phone));
    return visits.length === 1 && told.length === 1
      ? []
      : [`One place was left: ${visits.length} visits are booked, and ${told.length} were told so`];
  },
};

async function furnish(platform: Platform): Promise<Clinic> {
  const clinic = await platform.clinic("Choosy clinic");
  await openChoices(platform, clinic);
  await platform.stack.sql`
    update booking_policies set max_per_day = 1, horizon_days = 730 where org_id = ${clinic.id}`;
  await platform.quiet();
  return clinic;
}
