/** Clinics with a waiting list, and the texts to the people on it. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../shared/json.ts";
import { Clinic } from "./clinic.ts";
import { newPhone, OutboxWorld } from "./outbox_world.ts";
import { Person } from "./person.ts";

const GOOGLE_CALENDAR = "waitlist@example.com";

/** A stack with doubles of Twilio and Google. */
export class WaitlistWorld extends OutboxWorld {
  /** Started before the first test of this file, and closed after the last. */
  static forThisFile(): WaitlistWorld {
    const world = new WaitlistWorld();
    Deno.test.beforeAll(() => world.start({}));
    Deno.test.afterAll(() => world.close());
    return world;
  }

  texts(phone: string): string[] {
    return this.twilio.textsTo(phone).map(({ body }) => body);
  }

  latestText(phone: string): string {
    return this.texts(phone).at(-1) ?? "";
  }

  stranger(): Promise<Person> {
    return Person.signUp(this.stack);
  }

  /** A clinic that texts at any hour and has one visit at 9 on a working day. */
  async fullDay({ google = false } = {}): Promise<WaitlistClinic> {
    const owner = await Person.signUp(this.stack);
    const orgId = await owner.founds();
    const clinic = new WaitlistClinic(this, owner, orgId);
    await owner.rest("PATCH", `sms_policies?org_id=eq.${orgId}`, {
      quiet_from: "00:00",
      quiet_until: "00:00",
    });
    if (google) {
      this.google.share(GOOGLE_CALENDAR);
      await owner.rest("PATCH", `calendars?org_id=eq.${orgId}`, {
        google_calendar_id: GOOGLE_CALENDAR,
      });
    }
    clinic.visit = await clinic.book(clinic.slot, "Has It");
    await this.drain();
    return clinic;
  }
}

class WaitlistClinic {
  visit = { id: "", phone: "" };
  readonly slot = "09:00";
  /** A working day next week, and the one after it. */
  readonly day = mondayIn(2);
  readonly later = mondayIn(3);

  constructor(
    readonly world: WaitlistWorld,
    readonly owner: Person,
    readonly orgId: string,
  ) {}

  /** The clinic, as Vapi calls its tools. */
  get asCaller(): Clinic {
    return new Clinic(this.world.stack, this.orgId, "America/New_York");
  }

  async book(time: string, name: string): Promise<{ id: string; phone: string }> {
    const phone = newPhone();
    const booked = await this.owner.does("book_appointment", {
      p_org_id: this.orgId,
      p_date: this.day,
      p_time: time,
      p_patient_name: name,
      p_patient_phone: phone,
    });
    assert.equal(booked["success"], true, JSON.stringify(booked));
    return { id: String(booked["appointmentId"]), phone };
  }

  /** The staff put somebody on the list. Returns their number. */
  async waits(name: string, more: JsonObject = {}): Promise<string> {
    const phone = newPhone();
    const answer = await this.owner.does("add_to_waitlist", {
      p_org_id: this.orgId,
      p_patient_name: name,
      p_patient_phone: phone,
      p_from: this.day,
      ...more,
    });
    assert.equal(answer["success"], true, JSON.stringify(answer));
    return phone;
  }

  /** The visit is cancelled, and the consequences are carried out. */
  async free(): Promise<void> {
    await this.owner.does("cancel_appointment", { p_appointment_id: this.visit.id });
    await this.world.drain();
  }

  /** Nobody has answered in time. */
  async timePasses(): Promise<void> {
    const { sql } = this.world.stack;
    await sql`update waitlist_offers set expires_at = now() - interval '1 second' where org_id = ${this.orgId} and state = 'offered'`;
    await sql`update jobs set run_at = now() where org_id = ${this.orgId} and status = 'pending' and payload ->> 'kind' = 'waitlist_offer'`;
    await this.world.drain();
  }

  /** A caller holds the slot. */
  async hold(): Promise<void> {
    await this.world.stack.sql`
      insert into appointments (org_id, calendar_id, service_id, state, starts_at, ends_at, busy, hold_expires_at)
      select org_id, calendar_id, service_id, 'held', starts_at, ends_at, busy, now() + interval '5 minutes'
      from appointments where id = ${this.visit.id}`;
  }

  async calendar(name: string): Promise<string> {
    const { body } = await this.owner.rest("POST", "calendars", { org_id: this.orgId, name });
    const [row] = Array.isArray(body) ? body : [];
    return String(Object(row).id);
  }

  events(): unknown[] {
    return this.world.google.eventsOf(GOOGLE_CALENDAR);
  }

  async visits(): Promise<{ state: string; patient: string; at: string }[]> {
    const rows = await this.world.stack.sql<{ state: string; patient: string; at: string }[]>`
      select state, patient_name as patient, to_char(starts_at at time zone 'America/New_York', 'HH24:MI') as at
      from appointments where org_id = ${this.orgId} and state <> 'cancelled' order by created_at`;
    return rows.map((row) => ({ ...row }));
  }

  /** "<name> <state of the entry> <state of its latest offer>", in the order in which they came. */
  async states(): Promise<string[]> {
    const rows = await this.world.stack.sql<{ line: string }[]>`
      select concat_ws(' ', entry.patient_name, entry.state, (
        select offer.state from waitlist_offers offer where offer.entry_id = entry.id order by offer.created_at desc limit 1)) as line
      from waitlist_entries entry where org_id = ${this.orgId} order by created_at`;
    return rows.map(({ line }) => line);
  }
}

/** The Monday after this many weeks, YYYY-MM-DD. */
function mondayIn(weeks: number): string {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() + weeks * 7 - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
