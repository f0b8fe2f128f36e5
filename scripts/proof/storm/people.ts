/** What staff, waiting people and reminded patients do during a storm: in the console, on the phone, and by text message. */
import { Caller } from "../caller.ts";
import { patiently } from "../patiently.ts";
import type { Clinic, Platform } from "../platform.ts";
import { askAsStaff } from "../staff.ts";
import { type DeedContext, time, told, wishOf, workday } from "./deeds.ts";

/** Numbers of their own: a person who has opted out would wait for a code for ever. */
const WAITING = "+1614555";

/** The staff book a visit, move one or cancel one. */
export async function staff(context: DeedContext): Promise<string> {
  const { platform, practices, random, unique } = context;
  const { clinic, offers } = random.pick(practices);
  const at = { p_date: workday(random), p_time: time(random) };
  if (random.chance(0.4)) {
    const booked = await askAsStaff(platform, clinic, "book_appointment", {
      p_org_id: clinic.id,
      p_patient_name: "Staff's Patient",
      p_patient_phone: waitingNumber(unique()),
      ...at,
      ...wishOf(offers, random).ids,
    });
    told(platform, booked);
    return `the staff of ${clinic.name} booked: ${booked["success"]}`;
  }
  const id = await bookedVisit(context, clinic);
  if (id === undefined) return `the staff of ${clinic.name} found no visit`;
  if (random.chance(0.5)) {
    const moved = await askAsStaff(platform, clinic, "move_appointment", {
      p_appointment_id: id,
      ...at,
    });
    return `the staff moved ${id}: ${moved["success"]}`;
  }
  mayBeOff(platform, id);
  const cancelled = await askAsStaff(platform, clinic, "cancel_appointment", {
    p_appointment_id: id,
  });
  return `the staff cancelled ${id}: ${cancelled["success"]}`;
}

/** A caller joins a waiting list. */
export async function joinWaitlist(
  { platform, practices, random, unique }: DeedContext,
): Promise<string> {
  const { clinic, offers } = random.pick(practices);
  const caller = new Caller(platform, clinic, waitingNumber(unique()));
  const { success } = await patiently("joinWaitlist", () =>
    caller.call("joinWaitlist", {
      patientName: "Waiting Patient",
      ...wishOf(offers, random).words,
      ...(random.chance(0.7) && { date: workday(random) }),
    }));
  return `${caller.phone} waits at ${clinic.name}: ${success}`;
}

/** Somebody who was offered a slot, or has waited for one, answers, in time or not; or wants no more texts. */
export async function answerOffer({ platform, random }: DeedContext): Promise<string> {
  const phones = await platform.withSql((sql) =>
    sql<{ phone: string }[]>`
      select phone from waitlist_offers join contacts on contacts.id = contact_id
      order by waitlist_offers.created_at desc limit 5`
  );
  if (phones.length === 0) return "nobody was offered anything";
  const { phone } = random.pick(phones);
  // Now and then it takes them an hour.
  if (random.chance(0.2)) {
    await platform.withSql((sql) =>
      sql`update waitlist_offers set expires_at = now() where state = 'offered' and contact_id in (
        select id from contacts where phone = ${phone})`
    );
  }
  const body = random.pick(["Y", "yes", "oui", "1", "Y", "N", "no gracias", "STOP"]);
  return await text(platform, phone, body);
}

/** Somebody is reminded of a visit, and answers that they will or will not come. */
export async function answerReminder(context: DeedContext): Promise<string> {
  const { platform, practices, random } = context;
  const { clinic } = random.pick(practices);
  const id = await bookedVisit(context, clinic);
  if (id === undefined) return `${clinic.name} has nobody to remind`;
  const answer = random.pick(["C", "X"]);
  const [reminded] = await platform.withSql((sql) =>
    sql<{ phone: string; ids: string[] }[]>`
      with asked as (select private.remind(visit) from appointments visit where id = ${id} and state = 'confirmed')
      select phone, array(
        select id::text from appointments own where own.contact_id = contacts.id and state = 'confirmed') as ids
      from appointments join contacts on contacts.id = contact_id
      where appointments.id = ${id} and exists (select from asked)`
  );
  if (reminded === undefined) return `${id} is off already`;
  if (answer === "X") { for (const each of reminded.ids) mayBeOff(platform, each); }
  return await text(platform, reminded.phone, answer);
}

function waitingNumber(number: number): string {
  return `${WAITING}${String(number % 10_000).padStart(4, "0")}`;
}

/** Texts until Twilio has an answer: people do not know that their text was lost, but try again without a reply. */
async function text({ stack }: Platform, from: string, body: string): Promise<string> {
  const reply = await patiently(
    "texting",
    () => stack.integrations.twilio.receive({ from, body }),
  );
  return `${from} texted ${body}: ${reply}`;
}

/** A visit that somebody was told is booked. */
async function bookedVisit(
  { platform, random }: DeedContext,
  clinic: Clinic,
): Promise<string | undefined> {
  const ids = [...platform.ledger.booked];
  const rows = await platform.withSql((sql) =>
    sql<{ id: string }[]>`
      select id from appointments
      where org_id = ${clinic.id} and id = any (${ids}::uuid[]) and state = 'confirmed' order by id`
  );
  return rows.length === 0 ? undefined : random.pick(rows).id;
}

/** From here on either may be true. */
function mayBeOff({ ledger }: Platform, id: string): void {
  ledger.booked.delete(id);
  ledger.mayBeBooked.add(id);
}
