/** Who a caller is: what proves it, and what anybody could have written. */
import assert from "node:assert/strict";
import { type CallOptions, type Clinic, clinics } from "../support/clinic.ts";

const world = clinics();

const ANNA = "+12025550142";

async function contact(clinic: Clinic) {
  const [row] = await world.stack
    .sql`select name, email from contacts where org_id = ${clinic.id} and phone = ${ANNA}`;
  return { ...row };
}

async function book(
  clinic: Clinic,
  time: string,
  options: CallOptions,
  more = {},
  tool = "bookClinicAppointment",
) {
  return (await clinic.call(tool, {
    patientName: "Anna Example",
    patientPhone: ANNA,
    patientEmail: "anna@patient.example.com",
    appointmentDate: clinic.day(),
    appointmentTime: time,
    ...more,
  }, options)).result;
}

Deno.test("a stranger's booking fills in what is not known of a patient, and overwrites nothing", async () => {
  const clinic = await world.open();
  const stranger = { patientName: "Mallory", patientEmail: "mallory@attacker.example.com" };
  await world.stack
    .sql`insert into contacts (org_id, phone, name) values (${clinic.id}, ${ANNA}, 'Anna Example')`;
  for (const tool of ["bookClinicAppointment", "reserveAppointment"]) {
    const time = tool === "reserveAppointment" ? "11:00" : "10:00";
    await book(
      clinic,
      time,
      { number: "+12025550199" },
      { ...stranger, patientEmail: undefined },
      tool,
    );
    assert.deepEqual(await contact(clinic), { name: "Anna Example", email: null }, tool);
  }
  await book(clinic, "12:00", { number: ANNA });
  assert.deepEqual(await contact(clinic), {
    name: "Anna Example",
    email: "anna@patient.example.com",
  });
  await book(clinic, "13:00", { number: "+12025550199" }, stranger);
  await book(clinic, "14:00", {
    number: ANNA,
    callType: "webCall",
    assistantId: await world.assistantOf(clinic),
  }, stranger);
  assert.deepEqual(await contact(clinic), {
    name: "Anna Example",
    email: "anna@patient.example.com",
  });

  await book(clinic, "15:00", { number: ANNA }, { patientEmail: "new@patient.example.com" });
  assert.equal((await contact(clinic)).email, "new@patient.example.com", "her own number says so");
});

Deno.test("a right code proves the number: then the address is the patient's to say", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into contacts (org_id, phone, name, email) values (${clinic.id}, ${ANNA}, 'Old', 'old@patient.example.com')`;
  const options = { callId: crypto.randomUUID() };
  await book(clinic, "10:00", options, {}, "reserveAppointment");
  assert.deepEqual(await contact(clinic), { name: "Old", email: "old@patient.example.com" });
  await clinic.call("verifyBookingCode", { code: await clinic.latestCode() }, options);
  assert.deepEqual(await contact(clinic), {
    name: "Old",
    email: "anna@patient.example.com",
  });
});

Deno.test("a number proves a caller in a phone call only, and a number that is nobody's in none", async () => {
  const clinic = await world.open();
  await book(clinic, "10:00", { number: ANNA });
  const assistantId = await world.assistantOf(clinic);
  const cancel = async (options: CallOptions) =>
    (await clinic.call("cancelAppointment", {}, { assistantId, ...options })).result.code;
  for (const callType of ["webCall", "vapi.websocketCall"]) {
    assert.equal(await cancel({ number: ANNA, callType }), "phone_needed", callType);
  }
  const chat = await clinic.post("cancelAppointment", {
    message: {
      type: "tool-calls",
      toolCallList: [{ id: "t1", function: { name: "cancelAppointment", arguments: {} } }],
      chat: { id: crypto.randomUUID(), assistantId, customer: { number: ANNA } },
      customer: { number: ANNA },
    },
  });
  assert.match(await chat.text(), /phone_needed/);
  for (
    const number of [
      "+266696687",
      "+86282452253",
      "+8656696",
      "+2562533",
      "+7378742833",
      "anonymous",
      "restricted",
    ]
  ) {
    await world.stack.sql`
      with nobody as (
        insert into contacts (org_id, phone) select ${clinic.id}, ${number} where ${number} like '+%' returning id)
      update appointments set contact_id = nobody.id from nobody where org_id = ${clinic.id}`;
    assert.equal(await cancel({ number, callType: "inboundPhoneCall" }), "phone_needed", number);
  }
  await world.stack.sql`
    update appointments set contact_id = contacts.id from contacts
    where contacts.org_id = ${clinic.id} and phone = ${ANNA} and appointments.org_id = ${clinic.id}`;
  assert.equal(await cancel({ number: ANNA, callType: "inboundPhoneCall" }), undefined);
});

Deno.test("where the clinic wants a code, the number that calls is not enough to cancel or move", async () => {
  const clinic = await world.open();
  await book(clinic, "10:00", { number: ANNA });
  await world.stack
    .sql`update booking_policies set caller_number_suffices = false where org_id = ${clinic.id}`;
  const options = { callId: crypto.randomUUID(), number: ANNA };
  const move = { newDate: clinic.day(3), newTime: "11:00" };
  for (
    const [tool, args] of [["cancelAppointment", {}], ["rescheduleAppointment", move]] as const
  ) {
    assert.equal((await clinic.call(tool, args, options)).result.code, "code_sent", tool);
  }
  const code = await clinic.latestCode();
  const moved = await clinic.call("rescheduleAppointment", { ...move, code }, options);
  assert.equal(moved.result.success, true, String(moved.result.message));
});

Deno.test("contacts that never had an appointment are forgotten, the others kept", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await book(clinic, "10:00", { number: ANNA });
  await sql`insert into contacts (org_id, phone) values (${clinic.id}, '+12025550150')`;
  await sql`update contacts set created_at = now() - interval '31 days' where org_id = ${clinic.id}`;
  await sql`insert into contacts (org_id, phone) values (${clinic.id}, '+12025550151')`;
  const [job] = await sql`select command from cron.job where jobname = 'forget-contacts'`;
  await sql.unsafe(job?.command);
  const kept = await sql`select phone from contacts where org_id = ${clinic.id} order by phone`;
  assert.deepEqual(kept.map(({ phone }) => phone), [ANNA, "+12025550151"]);
});

Deno.test("a tool that was switched off does nothing, though an assistant still carries it", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  const assistantId = await world.assistantOf(clinic, ["checkAvailability"]);
  const all = await world.assistantOf(clinic);
  assert.equal((await book(clinic, "10:00", { assistantId, number: ANNA })).code, "tool_disabled");
  assert.equal((await book(clinic, "10:00", { assistantId: all, number: ANNA })).success, true);
  await sql`insert into org_tools (org_id, tool_name, enabled) values (${clinic.id}, 'bookClinicAppointment', false)`;
  for (const options of [{ assistantId: all }, { callId: null }, {}]) {
    assert.equal((await book(clinic, "11:00", { ...options, number: ANNA })).code, "tool_disabled");
  }
  assert.equal((await clinic.states()).length, 1);
  const [kept] = await sql`
    select count(*)::int as count from tool_calls where org_id = ${clinic.id} and outcome = 'tool_disabled'`;
  assert.equal(kept?.count, 4, "counted as such");
});

Deno.test("the organization that a web page or chat names counts only beside one of its assistants", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const named = { metadata: { org_id: theirs.id } };
  const toolCallList = [{
    id: "t1",
    function: { name: "checkAvailability", arguments: { date: theirs.day() } },
  }];
  const ask = async (around: object) => {
    const message = { type: "tool-calls", toolCallList, ...around };
    const response = await theirs.post("checkAvailability", JSON.stringify({ message }));
    return await response.text();
  };
  const id = crypto.randomUUID();
  const chosen = [
    { call: { id, type: "webCall", assistantOverrides: named } },
    { call: { id, type: "webCall", customer: named, ...named } },
    { call: { id, type: "webCall", assistantId: crypto.randomUUID(), assistantOverrides: named } },
    { call: { id, type: "webCall" }, assistant: named, customer: named },
    { chat: { id, assistantOverrides: named, customer: named } },
    { call: { id, assistantOverrides: named } },
  ];
  for (const around of chosen) {
    assert.match(await ask(around), /tell which clinic/, JSON.stringify(around));
  }
  const assistantId = await world.assistantOf(theirs);
  const agreeing = { call: { id, type: "webCall", assistantId, assistantOverrides: named } };
  assert.match(await ask(agreeing), /slots/);
  const disagreeing = { ...agreeing.call, assistantId: await world.assistantOf(ours) };
  assert.match(await ask({ call: disagreeing }), /tell which clinic/);
});
