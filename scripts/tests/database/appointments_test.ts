/** The table of appointments alone: what it accepts from a writer that bypasses the booking functions. */
import assert from "node:assert/strict";
import { clinics } from "../support/clinic.ts";

const all = clinics();

interface Clinic {
  orgId: string;
  calendars: string[];
}

/** A clinic with two calendars, one service and one contact. */
async function clinic(): Promise<Clinic> {
  const { sql } = all.stack;
  const [org] = await sql<{ id: string }[]>`
    insert into organizations (name, timezone, country) values ('Example Clinic', 'UTC', 'US') returning id`;
  assert.ok(org);
  await sql`insert into calendars (org_id, name) values (${org.id}, 'Second')`;
  await sql`insert into contacts (org_id, phone) values (${org.id}, '+15551230001')`;
  const calendars = await sql<{ id: string }[]>`
    select id from calendars where org_id = ${org.id} order by created_at, id`;
  return { orgId: org.id, calendars: calendars.map(({ id }) => id) };
}

interface Visit {
  calendar?: string;
  state?: string;
  /** Times of one day, UTC. */
  from?: string;
  until?: string;
}

async function write(
  { orgId, calendars: [first = ""] }: Clinic,
  { calendar = first, state = "confirmed", from = "10:00", until = "10:30" }: Visit,
): Promise<void> {
  const [startsAt, endsAt] = [from, until].map((time) => `2030-01-08T${time}Z`);
  const hold = state === "held" ? "2030-01-01" : null;
  await all.stack.sql`
    insert into appointments (org_id, calendar_id, service_id, contact_id, state, starts_at, ends_at, busy, hold_expires_at)
    select ${orgId}, ${calendar}, service.id, contact.id, ${state}, ${startsAt!}, ${endsAt!},
           tstzrange(${startsAt!}, ${endsAt!}), ${hold}
    from services service join contacts contact on contact.org_id = service.org_id
    where service.org_id = ${orgId} limit 1`;
}

/** With a visit from 10:00 until 10:30. */
const overlapping = [["10:00", "10:30"], ["09:45", "10:01"], ["10:29", "11:00"]] as const;
const overlap = { code: "23P01", constraint_name: "appointments_never_overlap" };

for (const state of ["held", "confirmed"]) {
  for (const other of ["held", "confirmed"]) {
    Deno.test(`the table takes no ${other} appointment over one that is ${state}, whoever writes it`, async () => {
      const ours = await clinic();
      await write(ours, { state });
      for (const [from, until] of overlapping) {
        await assert.rejects(write(ours, { state: other, from, until }), overlap);
      }
    });
  }
}

Deno.test("an appointment that is over, one next to it, or one on another calendar is in nobody's way", async () => {
  const ours = await clinic();
  for (const state of ["cancelled", "completed", "no_show", "expired"]) {
    await write(ours, { state });
  }
  await write(ours, {});
  await write(ours, { from: "10:30", until: "11:00" });
  const [, second = ""] = ours.calendars;
  await write(ours, { calendar: second });
});

Deno.test("of 20 written at once for one slot the table keeps one", async () => {
  const ours = await clinic();
  const written = await Promise.allSettled(Array.from({ length: 20 }, () => write(ours, {})));
  assert.equal(written.filter(({ status }) => status === "fulfilled").length, 1);
  const rows = await all.stack.sql`select from appointments where org_id = ${ours.orgId}`;
  assert.equal(rows.length, 1);
});
