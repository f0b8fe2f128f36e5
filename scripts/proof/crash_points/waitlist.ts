import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { Caller, phoneOf } from "../caller.ts";
import { patiently } from "../patiently.ts";
import type { Platform } from "../platform.ts";
import { bookingClinic } from "./book.ts";
import type { Scenario } from "./crash_everywhere.ts";

interface FreedSlot {
  /** The person who has the slot and gives it up. */
  owner: Caller;
  /** The person who has waited longest, and does not want it. */
  first: Caller;
  /** The person who waits for it. */
  waiting: Caller;
}

const MAX_ROUNDS = 20;
let days = 0;

/**
 * A caller cancels; the slot is offered to the first waiting person, who declines, then to the next, whose yes by text message books it.
 */
export const takeFreedSlot: Scenario<FreedSlot> = {
  name: "a freed slot, its offer and the answer",
  async prepare(platform) {
    const clinic = await bookingClinic(platform);
    const day = days++;
    const date = weekdayAhead(8, day);
    await platform.stack.functions.restart();
    // Whoever declined goes on waiting, and a list has room for two hundred.
    await platform.stack.sql`delete from waitlist_entries where state = 'waiting'`;
    const caller = (n: number) => new Caller(platform, clinic, phoneOf(3 * day + n));
    const [owner, first, waiting] = [caller(0), caller(1), caller(2)];
    await owner.call("bookClinicAppointment", {
      patientName: "Test Patient",
      patientPhone: owner.phone,
      appointmentDate: date,
      appointmentTime: "10:00",
    });
    for (const caller of [first, waiting]) {
      await caller.call("joinWaitlist", { patientName: "Waiting Patient", date });
    }
    await platform.quiet();
    return { owner, first, waiting };
  },
  async act(platform, { owner, first, waiting }) {
    await owner.call("cancelAppointment", {});
    await offered(platform, first);
    await patiently(
      "declining an offer",
      () => platform.stack.integrations.twilio.receive({ from: first.phone, body: "N" }),
    );
    await offered(platform, waiting);
    // A person who gets no reply texts again.
    await patiently("answering an offer", async () => {
      await platform.stack.integrations.twilio.receive({ from: waiting.phone, body: "Y" });
      const [visit] = await platform.stack.sql<{ id: string }[]>`
        select appointment_id as id from waitlist_entries join contacts on contacts.id = contact_id
        where phone = ${waiting.phone} and state = 'booked'`;
      if (visit === undefined) throw new Error(`${waiting.phone} said yes and has no visit`);
      platform.ledger.booked.add(visit.id);
    });
    await platform.quiet();
  },
  check(platform, { owner, first, waiting }) {
    const told = (phone: string, what: RegExp) =>
      platform.stack.integrations.twilio.textsTo(phone).filter(({ body }) => what.test(body))
        .length;
    const counts = {
      "cancellations told": told(owner.phone, /has been cancelled/),
      "offers to the first": offersTo(platform, first),
      "offers to the second": offersTo(platform, waiting),
      "confirmations": told(waiting.phone, /is confirmed/),
    };
    return Object.entries(counts).filter(([, count]) => count !== 1)
      .map(([what, count]) => `${what}: ${count} instead of one`);
  },
};

/** Waits for the text of an offer. */
async function offered(platform: Platform, whom: Caller): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS && offersTo(platform, whom) === 0; round++) {
    await platform.edge.expireDead(platform.stack.sql);
    await platform.round();
  }
}

function offersTo({ stack }: Platform, { phone }: Caller): number {
  return stack.integrations.twilio.textsTo(phone)
    .filter(({ body }) => /a time has become free/.test(body)).length;
}
