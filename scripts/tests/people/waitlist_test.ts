/** The waiting list over HTTP: callers and staff put somebody on it, a freed slot is offered by text, and an answer takes it. */
import assert from "node:assert/strict";
import * as api from "../../../console/client/mod.ts";
import type { JsonObject } from "../../../shared/json.ts";
import type { CallOptions } from "../support/clinic.ts";
import { newPhone } from "../support/outbox_world.ts";
import { WaitlistWorld } from "../support/waitlist_world.ts";

const world = WaitlistWorld.forThisFile();

Deno.test("staff cancel: the event goes, the patient is told, the slot is offered, and a yes books it", async () => {
  const clinic = await world.fullDay({ google: true });
  const { visit, slot } = clinic;
  const [first, second] = [await clinic.waits("First"), await clinic.waits("Second")];
  assert.equal(clinic.events().length, 1);

  await clinic.owner.does("cancel_appointment", { p_appointment_id: visit.id });
  await world.drain();
  assert.deepEqual(clinic.events(), []);
  assert.match(world.latestText(visit.phone), /has been cancelled/);
  assert.match(
    world.latestText(first),
    /^Example Clinic: a time has become free: .* at 9 AM\. Reply Y by \d+(:\d+)? [AP]M to take it/,
  );
  assert.equal(world.texts(second).length, 0);

  assert.equal(await world.twilio.receive({ from: first, body: "Y" }), null);
  await world.drain();
  assert.match(world.latestText(first), /your appointment is confirmed for .* at 9 AM/);
  assert.deepEqual(await clinic.visits(), [{ state: "confirmed", patient: "First", at: slot }]);
  assert.equal(clinic.events().length, 1);
  assert.deepEqual(await clinic.states(), ["First booked taken", "Second waiting"]);
});

Deno.test("without an answer in time the next is asked, nobody twice; a late yes is told so", async () => {
  const clinic = await world.fullDay();
  const [first, second] = [await clinic.waits("First"), await clinic.waits("Second")];
  await clinic.free();
  await clinic.timePasses();
  assert.match(world.latestText(second), /a time has become free/);
  const late = await world.twilio.receive({ from: first, body: "yes" });
  assert.match(
    late ?? "",
    /^Example Clinic: sorry, the time to answer is over, and .* somebody else/,
  );
  await clinic.timePasses();
  const offers = world.texts(first).filter((text) => /a time has become free/.test(text));
  assert.equal(offers.length, 1);
  // Nobody else is being asked now, so it is theirs after all.
  await world.twilio.receive({ from: first, body: "ok" });
  assert.deepEqual(await clinic.states(), ["First booked taken", "Second waiting expired"]);
});

Deno.test("of two answers at one moment exactly one books, and the other is told", async () => {
  const clinic = await world.fullDay();
  const phones = [await clinic.waits("First"), await clinic.waits("Second")];
  await clinic.free();
  await clinic.timePasses();
  // The one is late, the other in time.
  const replies = await Promise.all(
    phones.map((from) => world.twilio.receive({ from, body: "1" })),
  );
  await world.drain();
  assert.equal((await clinic.visits()).filter(({ state }) => state === "confirmed").length, 1);
  assert.equal(replies.filter((reply) => /sorry/.test(reply ?? "")).length, 1);
});

Deno.test("a no asks the next at once, and keeps the place on the list", async () => {
  const clinic = await world.fullDay();
  const [first, second] = [await clinic.waits("First"), await clinic.waits("Second")];
  await clinic.free();
  const reply = await world.twilio.receive({ from: first, body: "No, thanks" });
  assert.match(reply ?? "", /You are still on the waiting list/);
  await world.drain();
  assert.match(world.latestText(second), /a time has become free/);
  assert.deepEqual(await clinic.states(), ["First waiting declined", "Second waiting offered"]);
});

Deno.test("a person who says yes to a slot that was booked meanwhile is told so, and keeps waiting", async () => {
  const clinic = await world.fullDay();
  const phone = await clinic.waits("First");
  await clinic.free();
  await clinic.book(clinic.slot, "Somebody Else");
  const reply = await world.twilio.receive({ from: phone, body: "y" });
  assert.match(reply ?? "", /sorry, .* is no longer free\. You are still on the waiting list/);
  assert.deepEqual(await clinic.states(), ["First waiting missed"]);
});

Deno.test("a moved visit and a reminder's X free a slot too, and C, X and Y keep their meanings", async () => {
  const clinic = await world.fullDay();
  const phone = await clinic.waits("First");
  const { sql } = world.stack;
  await sql`update appointments set reminded_of = starts_at where id = ${clinic.visit.id}`;
  await sql`
    insert into sms_messages (org_id, kind, dedupe_key, recipient, body, has_opt_out_line, status)
    values (${clinic.orgId}, 'reminder', 'test', ${clinic.visit.phone}, 'Reminder', false, 'sent')`;
  assert.match(
    await world.twilio.receive({ from: clinic.visit.phone, body: "Y" }) ?? "",
    /Nobody reads messages/,
  );
  assert.match(
    await world.twilio.receive({ from: clinic.visit.phone, body: "C" }) ?? "",
    /We expect you/,
  );
  await world.twilio.receive({ from: clinic.visit.phone, body: "X" });
  await world.drain();
  assert.match(world.latestText(phone), /a time has become free/);
  await world.twilio.receive({ from: phone, body: "C" });
  assert.deepEqual(await clinic.states(), ["First waiting offered"]);

  const other = await world.fullDay();
  const waiting = await other.waits("First");
  const moved = await other.owner.does("move_appointment", {
    p_appointment_id: other.visit.id,
    p_date: other.later,
    p_time: "11:00",
  });
  assert.equal(moved["success"], true);
  await world.drain();
  assert.match(world.latestText(waiting), /a time has become free/);
});

Deno.test("a hold that runs out is offered; while somebody holds the slot nobody is asked", async () => {
  const clinic = await world.fullDay();
  const phone = await clinic.waits("First");
  const { sql } = world.stack;
  await world.quiet();
  await clinic.owner.does("cancel_appointment", { p_appointment_id: clinic.visit.id });
  await clinic.hold();
  await world.drain();
  assert.equal(world.texts(phone).length, 0);
  await sql`update appointments set hold_expires_at = now() - interval '1 second' where org_id = ${clinic.orgId} and state = 'held'`;
  await sql`select private.expire_holds()`;
  await world.drain();
  assert.match(world.latestText(phone), /a time has become free/);
});

Deno.test("nobody is offered what they don't want: another day, part of the day, provider, or no texts at all", async () => {
  const clinic = await world.fullDay();
  const other = await clinic.calendar("Dr. Other");
  await clinic.waits("Another day", { p_from: clinic.later, p_until: clinic.later });
  await clinic.waits("Evening", { p_part_of_day: "evening" });
  await clinic.waits("Other provider", { p_calendar_id: other });
  const stopped = await clinic.waits("Stopped");
  await world.twilio.receive({ from: stopped, body: "STOP" });
  const phone = await clinic.waits("Fits");
  await clinic.free();
  assert.match(world.latestText(phone), /a time has become free/);
  assert.deepEqual(await clinic.states(), [
    "Another day waiting",
    "Evening waiting",
    "Other provider waiting",
    "Stopped waiting unsent",
    "Fits waiting offered",
  ]);
});

Deno.test("offers wait for the end of the quiet hours, and there are none where a clinic wants none", async () => {
  const clinic = await world.fullDay();
  const phone = await clinic.waits("First");
  const { sql } = world.stack;
  await sql`update sms_policies set quiet_from = ((now() - interval '1 hour') at time zone 'America/New_York')::time,
    quiet_until = ((now() + interval '1 hour') at time zone 'America/New_York')::time where org_id = ${clinic.orgId}`;
  await clinic.free();
  assert.equal(world.texts(phone).length, 0);
  await sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${clinic.orgId}`;
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.texts(phone).length, 1);

  const off = await world.fullDay();
  const waiting = await off.waits("First");
  await off.owner.rest("PATCH", `booking_policies?org_id=eq.${off.orgId}`, {
    waitlist_offer_minutes: null,
  });
  await off.free();
  assert.equal(world.texts(waiting).length, 0);
  const refused = await off.owner.does("add_to_waitlist", {
    p_org_id: off.orgId,
    p_patient_name: "Late",
    p_patient_phone: "+15550209999",
  });
  assert.equal(refused["code"], "no_waitlist");
});

Deno.test("the list shows who waits for what; a person taken off it is not asked, and the next is", async () => {
  const clinic = await world.fullDay();
  const [, second] = [await clinic.waits("First"), await clinic.waits("Second")];
  const client = await clinic.owner.client();
  const [first] = await api.listWaitlist(client, clinic.orgId);
  assert.ok(first);
  assert.deepEqual(
    [first.patient_name, first.services.name, first.calendars, first.contacts.phone.slice(0, 2)],
    ["First", "Appointment", null, "+1"],
  );
  await clinic.free();
  const removed = await api.call(client, "remove_from_waitlist", { p_entry_id: first.id });
  assert.equal(removed.state, "removed");
  await world.drain();
  assert.match(world.latestText(second), /a time has become free/);
  const [ended] = await api.listWaitlist(client, clinic.orgId, { ended: true });
  assert.equal(ended?.waitlist_offers[0]?.state, "expired");
});

Deno.test("what makes no sense is refused with what is wrong; strangers reach nothing", async () => {
  const clinic = await world.fullDay();
  const entry = { p_org_id: clinic.orgId, p_patient_name: "A", p_patient_phone: "+15550208888" };
  const wrong = { p_patient_name: " ", p_patient_phone: "555", p_part_of_day: "noon" };
  for (const [name, value] of Object.entries(wrong)) {
    const body = await clinic.owner.isRefused(
      { status: 400, code: "VT004" },
      clinic.owner.rpc("add_to_waitlist", { ...entry, [name]: value }),
    );
    assert.ok(String(body["details"]).includes(name));
  }
  const past = await clinic.owner.does("add_to_waitlist", { ...entry, p_until: "2020-01-01" });
  assert.equal(past["code"], "in_the_past");
  const stranger = await world.stranger();
  await stranger.isRefused({ status: 403, code: "VT002" }, stranger.rpc("add_to_waitlist", entry));
  assert.deepEqual(await stranger.rows(`waitlist_entries?org_id=eq.${clinic.orgId}`), []);
});

Deno.test("joinWaitlist puts callers on the list under their own number, once per request, and a yes gets them a freed slot", async () => {
  const clinic = await world.fullDay();
  const wish = { patientName: "Anna Example", date: clinic.day, partOfDay: "morning" };
  const number = newPhone();
  const { result } = await clinic.asCaller.call("joinWaitlist", wish, { number });
  assert.match(
    String(result.message),
    /^You are on the waiting list for Appointment on Monday, \w+ \d+\. If a time becomes free,/,
  );
  await clinic.asCaller.call("joinWaitlist", { ...wish, until: clinic.later }, { number });
  assert.deepEqual(await clinic.states(), ["Anna Example waiting"]);
  await clinic.free();
  await world.twilio.receive({ from: number, body: "Y" });
  assert.deepEqual(await clinic.visits(), [
    { state: "confirmed", patient: "Anna Example", at: "09:00" },
  ]);
});

Deno.test("joinWaitlist wants a number that is the caller's or proved, and lets strangers on for nobody", async () => {
  const clinic = await world.fullDay();
  const wish = { patientName: "Anna Example" };
  const join = async (args: JsonObject, options: CallOptions = {}) =>
    (await clinic.asCaller.call("joinWaitlist", { ...wish, ...args }, options)).result;
  assert.equal((await join({})).code, "phone_needed");
  const unknown = newPhone();
  assert.equal((await join({ phone: unknown })).code, "code_sent");
  await world.drain();
  assert.deepEqual(world.texts(unknown), []);

  const call = { callId: crypto.randomUUID(), number: newPhone() };
  const theirs = { phone: clinic.visit.phone };
  assert.equal((await join(theirs, call)).code, "code_sent");
  await world.drain();
  const code = /\d{6}/.exec(world.latestText(clinic.visit.phone))?.[0] ?? "";
  assert.equal((await join({ ...theirs, code: "000000" }, call)).code, "wrong_code");
  assert.deepEqual(await clinic.states(), []);
  assert.equal((await join({ ...theirs, code }, call)).success, true);
  assert.deepEqual(await clinic.states(), ["Anna Example waiting"]);

  await world.stack
    .sql`update booking_policies set caller_number_suffices = false where org_id = ${clinic.orgId}`;
  const own = { callId: crypto.randomUUID(), number: newPhone() };
  assert.equal((await join({}, own)).code, "code_sent");
  await world.drain();
  const ownCode = /\d{6}/.exec(world.latestText(own.number))?.[0] ?? "";
  assert.equal((await join({ code: ownCode }, own)).success, true);
});

Deno.test("joinWaitlist observes the caps of patient, caller and clinic, and whether the number may be texted", async () => {
  const clinic = await world.fullDay();
  const join = async (patientName: string, number: string) =>
    (await clinic.asCaller.call("joinWaitlist", { patientName }, { number })).result.code ?? "on";
  const set = (caps: Record<string, number>) =>
    world.stack.sql`update booking_policies set ${
      world.stack.sql(caps)
    } where org_id = ${clinic.orgId}`;
  const number = newPhone();
  await set({ max_waiting_per_patient: 2 });
  assert.deepEqual([await join("Anna", number), await join("Ben", number)], ["on", "on"]);
  assert.equal(await join("Cleo", number), "too_many_waiting");
  // Somebody who leaves and comes again counts by the caller's number.
  await set({ max_waiting_per_caller: 2 });
  await world.stack
    .sql`update waitlist_entries set state = 'removed' where org_id = ${clinic.orgId}`;
  assert.equal(await join("Cleo", number), "too_many_waiting");
  await set({ max_waiting: 1 });
  assert.deepEqual([await join("Dora", newPhone()), await join("Eve", newPhone())], [
    "on",
    "waitlist_full",
  ]);
  const stopped = newPhone();
  await world.twilio.receive({ from: stopped, body: "STOP" });
  assert.equal(await join("Fay", stopped), "sms_opted_out");
});
