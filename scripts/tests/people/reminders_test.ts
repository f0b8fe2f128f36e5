/** Reminders before a visit, and what their answers do: over the outbox and Twilio's signed webhook. */
import assert from "node:assert/strict";
import { newPhone, outboxWorld } from "../support/outbox_world.ts";
import { Person } from "../support/person.ts";

const world = outboxWorld();

/** A clinic that texts at any hour, founded by its owner. */
async function clinic(policy: Record<string, number | null> = {}) {
  const owner = await Person.signUp(world.stack);
  const orgId = await owner.founds({ p_phone: "+12125550100" });
  const ours = `org_id=eq.${orgId}`;
  await owner.rest("PATCH", `sms_policies?${ours}`, { quiet_from: "00:00", quiet_until: "00:00" });
  if (Object.keys(policy).length > 0) {
    assert.equal((await owner.rest("PATCH", `booking_policies?${ours}`, policy)).status, 200);
  }
  return { owner, orgId };
}

/** A visit that was booked days ago and begins in this many hours. */
async function visitIn(
  hours: number,
  { owner, orgId }: Awaited<ReturnType<typeof clinic>>,
  phone = newPhone(),
) {
  const { sql } = world.stack;
  const p_from = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const p_until = new Date(Date.now() + 12 * 86_400_000).toISOString().slice(0, 10);
  const { body } = await owner.rpc("find_slots", { p_org_id: orgId, p_from, p_until });
  assert.ok(Array.isArray(body));
  const slot = Object(body[0]);
  const booked = await owner.does("book_appointment", {
    p_org_id: orgId,
    p_date: slot.local_date,
    p_time: slot.local_time,
    p_patient_name: "Test Patient",
    p_patient_phone: phone,
  });
  const id = String(booked["appointmentId"]);
  await world.drain();
  await sql.begin(async (transaction) => {
    await transaction`select private.allow_change_of_visits(true)`;
    await transaction`
      update appointments set confirmed_at = now() - interval '10 days', (starts_at, ends_at, busy) = (
        select starts, starts + interval '30 minutes', tstzrange(starts, starts + interval '30 minutes')
        from (select date_trunc('minute', now()) + make_interval(mins => ${
      Math.round(hours * 60)
    }) as starts) later)
      where id = ${id}`;
    await transaction`update sms_messages set created_at = now() - interval '10 days' where appointment_id = ${id}`;
  });
  const before = world.twilio.textsTo(phone).length;
  return {
    id,
    phone,
    /** Sends what is due, and returns the resulting texts to this patient. */
    remind: async () => {
      await sql`select private.send_reminders()`;
      await world.drain();
      return world.twilio.textsTo(phone).slice(before).map(({ body }) => body);
    },
    row: async () => {
      const [row] = await owner.rows(
        `appointments?id=eq.${id}&select=state,attending_at,starts_at`,
      );
      return row ?? {};
    },
  };
}

Deno.test("a patient is reminded once, a day before, and not of a visit that is farther off", async () => {
  const ours = await clinic();
  const [near, far] = [await visitIn(23, ours), await visitIn(30, ours)];
  const texts = await near.remind();
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? "", /^Example Clinic: reminder: your appointment is on .* Reply C to/);
  assert.deepEqual(await far.remind(), []);
  assert.equal((await near.remind()).length, 1, "not again");
});

Deno.test("a clinic sets how long before, or that nobody is reminded; who has just booked is not", async () => {
  const early = await visitIn(40, await clinic({ reminder_hours: 48 }));
  const never = await visitIn(5, await clinic({ reminder_hours: null }));
  const ours = await clinic();
  const fresh = await visitIn(20, ours);
  await world.stack.sql`update appointments set confirmed_at = now() where id = ${fresh.id}`;
  assert.equal((await early.remind()).length, 1);
  assert.deepEqual(await never.remind(), []);
  assert.deepEqual(await fresh.remind(), []);
});

Deno.test("a patient who has opted out is not reminded", async () => {
  const visit = await visitIn(20, await clinic());
  await world.twilio.receive({ from: visit.phone, body: "STOP" });
  assert.deepEqual(await visit.remind(), []);
});

Deno.test("a reminder waits for the end of the quiet hours, and is not sent of a visit that was cancelled meanwhile", async () => {
  const ours = await clinic();
  const visit = await visitIn(20, ours);
  const { sql } = world.stack;
  await sql`update sms_policies set quiet_from = ((now() - interval '1 hour') at time zone 'America/New_York')::time,
    quiet_until = ((now() + interval '1 hour') at time zone 'America/New_York')::time where org_id = ${ours.orgId}`;
  assert.deepEqual(await visit.remind(), []);
  await ours.owner.does("cancel_appointment", { p_appointment_id: visit.id });
  await sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${ours.orgId}`;
  await world.skipWaiting();
  const texts = await visit.remind();
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? "", /has been cancelled/);
});

Deno.test("C says that the patient comes, until the visit is moved", async () => {
  const ours = await clinic();
  const visit = await visitIn(20, ours);
  await visit.remind();
  const reply = await world.twilio.receive({ from: visit.phone, body: " c. " });
  assert.match(reply ?? "", /^Example Clinic: thank you\. We expect you on /);
  const { state, attending_at } = await visit.row();
  assert.equal(state, "confirmed");
  assert.ok(attending_at);

  const p_from = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const p_until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const { body } = await ours.owner.rpc("find_slots", { p_org_id: ours.orgId, p_from, p_until });
  const slot = Object(Array.isArray(body) ? body[0] : null);
  const moved = await ours.owner.does("move_appointment", {
    p_appointment_id: visit.id,
    p_date: slot.local_date,
    p_time: slot.local_time,
  });
  assert.equal(moved["success"], true);
  assert.equal((await visit.row())["attending_at"], null);
});

Deno.test("X cancels the visit as its patient does on the phone, once, however often Twilio delivers it", async () => {
  const visit = await visitIn(20, await clinic());
  await visit.remind();
  const sid = `SM${crypto.randomUUID().replaceAll("-", "")}`;
  const { sql } = world.stack;
  const answer = () => sql`select receive_sms(${visit.phone}, 'X', null, ${sid})`;
  await answer();
  await answer();
  assert.equal((await visit.row())["state"], "cancelled");
  await world.drain();
  const texts = await visit.remind();
  assert.equal(texts.filter((text) => /has been cancelled/.test(text)).length, 1);
});

Deno.test("X cancels nothing in a clinic that takes no number for proof", async () => {
  const ours = await clinic();
  await world.stack
    .sql`update booking_policies set caller_number_suffices = false where org_id = ${ours.orgId}`;
  const visit = await visitIn(20, ours);
  await visit.remind();
  const reply = await world.twilio.receive({ from: visit.phone, body: "X" });
  assert.match(reply ?? "", /please call us/);
  assert.equal((await visit.row())["state"], "confirmed");
});

Deno.test("of several visits X cancels none, and the letters of somebody who was not reminded do nothing", async () => {
  const ours = await clinic();
  const one = await visitIn(20, ours);
  const other = await visitIn(22, ours, one.phone);
  await one.remind();
  const reply = await world.twilio.receive({ from: one.phone, body: "X" });
  assert.match(reply ?? "", /please call us, so that we cancel the right appointment/);
  assert.deepEqual([(await one.row())["state"], (await other.row())["state"]], [
    "confirmed",
    "confirmed",
  ]);

  const unreminded = await visitIn(20, await clinic());
  await world.twilio.receive({ from: unreminded.phone, body: "x" });
  assert.equal((await unreminded.row())["state"], "confirmed");
});
