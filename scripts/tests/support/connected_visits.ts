/** Visits at clinics whose calendars are connected to Google. */
import assert from "node:assert/strict";
import { changeVisits } from "./change_visits.ts";
import type { OutboxClinic, OutboxWorld } from "./outbox_world.ts";

export interface Booked {
  id: string;
  startsAt: Date;
}

export interface ConnectedVisits {
  /** A clinic with two calendars that are connected to Google. */
  connectedClinic(options?: { alertEmail?: string }): Promise<OutboxClinic>;
  /** A confirmed appointment in this many days, with its job for the outbox. */
  book(clinic: OutboxClinic, days?: number): Promise<Booked>;
  /** Has the outbox update the copy at Google. */
  copy(clinic: OutboxClinic, id: string): Promise<void>;
  move(clinic: OutboxClinic, id: string, hours: number): Promise<void>;
  cancel(clinic: OutboxClinic, id: string): Promise<void>;
}

export function googleIdOf(clinic: OutboxClinic, name = "Clinic"): string {
  return `${clinic.id}-${name.toLowerCase()}@group.calendar.google.com`;
}

export function connectedVisits(world: OutboxWorld): ConnectedVisits {
  async function connectedClinic(options: { alertEmail?: string } = {}): Promise<OutboxClinic> {
    const clinic = await world.clinic(options);
    await world.stack.sql`
      insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
    for (const name of ["Clinic", "Second"]) {
      const googleId = googleIdOf(clinic, name);
      await world.stack.sql`
        update calendars set google_calendar_id = ${googleId} where org_id = ${clinic.id} and name = ${name}`;
      world.google.share(googleId);
    }
    return clinic;
  }

  async function book(clinic: OutboxClinic, days = 3): Promise<Booked> {
    const { sql } = world.stack;
    await clinic.patient();
    const [row] = await sql<Booked[]>`
      insert into appointments (org_id, calendar_id, service_id, contact_id, state, starts_at, ends_at, busy, patient_name)
      select ${clinic.id}, calendars.id, services.id, contacts.id, 'confirmed', t, t + interval '30 minutes',
        tstzrange(t, t + interval '30 minutes'), 'Test Patient'
      from calendars, services, contacts,
        (select date_trunc('hour', now()) + ${days} * interval '1 day' as t) at
      where calendars.org_id = ${clinic.id} and calendars.name = 'Clinic' and services.org_id = ${clinic.id}
        and contacts.org_id = ${clinic.id}
      limit 1
      returning id, starts_at as "startsAt"`;
    assert.ok(row);
    await copy(clinic, row.id);
    return row;
  }

  async function copy(clinic: OutboxClinic, id: string): Promise<void> {
    await world.stack.sql`
      select private.enqueue('outbox', ${`calendar:${id}`}, ${clinic.id},
        ${world.stack.sql.json({ kind: "calendar_event", appointmentId: id })})`;
  }

  async function move(clinic: OutboxClinic, id: string, hours: number): Promise<void> {
    await changeVisits(world.stack.sql, (sql) =>
      sql`
      update appointments set starts_at = starts_at + ${hours} * interval '1 hour',
        ends_at = ends_at + ${hours} * interval '1 hour',
        busy = tstzrange(lower(busy) + ${hours} * interval '1 hour', upper(busy) + ${hours} * interval '1 hour')
      where id = ${id}`);
    await copy(clinic, id);
  }

  async function cancel(clinic: OutboxClinic, id: string): Promise<void> {
    await changeVisits(
      world.stack.sql,
      (sql) => sql`update appointments set state = 'cancelled' where id = ${id}`,
    );
    await copy(clinic, id);
  }

  return { connectedClinic, book, copy, move, cancel };
}
