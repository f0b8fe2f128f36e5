/** A member tries tools, as the console does: over HTTP, with the member's own token. */
import assert from "node:assert/strict";
import * as api from "../../console/client/mod.ts";
import { type Clinic, clinics } from "../../scripts/tests/support/clinic.ts";
import { Person } from "../../scripts/tests/support/person.ts";

const world = clinics();
const CALLER = "+12025550142";

/** A member of a clinic, and what they try there. */
async function rehearsal(clinic: Clinic, role = "member") {
  const { stack } = world;
  const person = await Person.signUp(stack);
  await stack
    .sql`insert into members (org_id, user_id, role) values (${clinic.id}, ${person.userId}, ${role})`;
  const client = api.connect(stack.apiUrl, stack.publishableKey, {
    accessToken: () => Promise.resolve(person.accessToken),
  });
  return { client, ...await dialogue(clinic, client) };
}

async function dialogue(clinic: Clinic, client: api.Client, tools: string[] | null = null) {
  const assistantId = await world.assistantOf(clinic, tools);
  const [agent] = await world.stack.sql`select id from agents where assistant_id = ${assistantId}`;
  const of = { agentId: String(agent?.id), sessionId: crypto.randomUUID() };
  return {
    of,
    tries: (tool: string, args: api.RehearsedCall["arguments"], caller: string | null = CALLER) =>
      api.rehearse(client, of, { tool, arguments: args, caller }),
  };
}

const patient = (clinic: Clinic) => ({
  patientName: "Example Patient",
  patientPhone: CALLER,
  appointmentDate: clinic.day(),
  appointmentTime: "9 am",
});

Deno.test("a member books in a rehearsal: on a test calendar, and nobody is told", async () => {
  const { sql } = world.stack;
  const clinic = await world.open();
  const { client, of, tries } = await rehearsal(clinic);
  const { tools, calendars } = await api.rehearsalTools(client, of);
  assert.deepEqual(calendars, ["Test calendar"]);
  const booking = tools.find(({ name }) => name === "bookClinicAppointment");
  assert.ok(booking?.parameters.required.includes("patientName"));

  const free = await tries("checkAvailability", { date: clinic.day(), time: "9:00" });
  assert.equal(free.result?.["available"], true);
  const jobs = await sql`select id from jobs where org_id = ${clinic.id}`;
  const { result, texts, ms } = await tries("bookClinicAppointment", patient(clinic));
  assert.equal(result?.success, true, result?.message);
  assert.ok(ms > 0);
  assert.deepEqual(texts.map(({ to }) => to), [CALLER]);
  assert.match(texts[0]?.body ?? "", /your appointment is confirmed for/);
  const [visit] = await sql`
    select calendar.for_tests, visit.state from appointments visit
    join calendars calendar on calendar.id = visit.calendar_id where visit.org_id = ${clinic.id}`;
  assert.deepEqual({ ...visit }, { for_tests: true, state: "confirmed" });
  assert.deepEqual(await clinic.messages(), []);
  assert.equal((await sql`select from jobs where org_id = ${clinic.id}`).length, jobs.length);
  assert.equal((await sql`select from tool_calls where org_id = ${clinic.id}`).length, 0);

  const again = await tries("checkAvailability", { date: clinic.day(), time: "9:00" });
  assert.equal(again.result?.["available"], false, "the rehearsal sees what it has booked");
  const called = await clinic.call("checkAvailability", { date: clinic.day(), time: "9:00" });
  assert.equal(called.result["available"], true, "callers don't");

  const waiting = await tries("joinWaitlist", { patientName: "Example Patient" });
  assert.equal(waiting.result?.success, true, waiting.result?.message ?? waiting.error);
  const entries = await sql`select state from waitlist_entries where org_id = ${clinic.id}`;
  assert.deepEqual(entries.map(({ state }) => state), ["removed"], "nobody waits by a rehearsal");

  const cancelled = await tries("cancelAppointment", {});
  assert.equal(cancelled.result?.success, true, cancelled.result?.message);
});

Deno.test("a code is read in the text that a rehearsal shows, and books", async () => {
  const clinic = await world.open();
  const { tries } = await rehearsal(clinic);
  const reserved = await tries("reserveAppointment", patient(clinic));
  assert.equal(reserved.result?.success, true, reserved.result?.message ?? reserved.error);
  assert.deepEqual(reserved.texts.map(({ to }) => to), [CALLER]);
  const code = /\b\d{6}\b/.exec(reserved.texts[0]?.body ?? "")?.[0] ?? "";
  const booked = await tries("verifyBookingCode", { code });
  assert.equal(booked.result?.success, true, booked.result?.message);
  assert.deepEqual(await clinic.messages(), []);
});

Deno.test("the next rehearsal of a member begins where no one has booked, another member's stays", async () => {
  const clinic = await world.open();
  const [first, other] = [await rehearsal(clinic), await rehearsal(clinic)];
  await first.tries("bookClinicAppointment", patient(clinic));
  await other.tries("bookClinicAppointment", { ...patient(clinic), appointmentTime: "10 am" });
  const { tries } = await dialogue(clinic, first.client);
  const at = async (time: string) =>
    (await tries("checkAvailability", { date: clinic.day(), time })).result?.["available"];
  assert.deepEqual([await at("09:00"), await at("10:00")], [true, false]);
});

Deno.test("no number of a person is taken, and no visit of a real calendar changes", async () => {
  const { sql } = world.stack;
  const clinic = await world.open();
  const { tries } = await rehearsal(clinic, "owner");
  const booked = await clinic.call("bookClinicAppointment", {
    ...patient(clinic),
    patientPhone: "+12124560142",
  });
  const appointmentId = String(booked.result["appointmentId"]);

  const personal = await tries("cancelAppointment", { appointmentId }, "+12124560142");
  assert.match(personal.error ?? "", /numbers that nobody has/);
  const named = await tries("bookClinicAppointment", {
    ...patient(clinic),
    patientPhone: "+12124560199",
  });
  assert.match(named.error ?? "", /numbers that nobody has/);
  // A real visit, known by its id, would cause a text; the text goes nowhere, and the visit stays as it is.
  const before = await sql`select * from appointments where id = ${appointmentId}`;
  const texted = await tries("sendBookingConfirmation", { appointmentId });
  assert.match(texted.error ?? "", /That visit is a real one/);
  assert.deepEqual(await sql`select * from appointments where id = ${appointmentId}`, before);
  assert.equal(
    (await clinic.messages()).length,
    1,
    "the confirmation of the booking, and no other",
  );
});

Deno.test("what the agent says that can't be carried out is said, and a tool that is switched off is refused", async () => {
  const clinic = await world.open();
  const { client, tries } = await rehearsal(clinic);
  assert.match(
    (await tries("checkAvailability", { date: "03/04" })).error ?? "",
    /^Is that March 4/,
  );
  const only = await dialogue(clinic, client, ["sendSms"]);
  const { tools } = await api.rehearsalTools(client, only.of);
  assert.deepEqual(tools.map(({ name }) => name), ["sendSms"]);
  const { result } = await only.tries("checkAvailability", {});
  assert.equal(result?.["code"], "tool_disabled");
});

Deno.test("a person who is not a member of the clinic finds no agent to try", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const { of } = await rehearsal(ours);
  const stranger = await rehearsal(theirs, "owner");
  await assert.rejects(api.rehearsalTools(stranger.client, of), { code: "not_found", status: 404 });
  await assert.rejects(
    api.rehearse(stranger.client, of, { tool: "checkAvailability", arguments: {}, caller: null }),
    { code: "not_found" },
  );
  const nobody = api.connect(world.stack.apiUrl, world.stack.publishableKey, {
    keepsSession: false,
  });
  await assert.rejects(api.rehearsalTools(nobody, of), { code: "unauthorized" });
});
