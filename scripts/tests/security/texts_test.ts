/** What a caller cannot make the platform text: premium numbers, other countries, ever new numbers, strangers, links. */
import assert from "node:assert/strict";
import { type Clinic, clinics } from "../support/clinic.ts";

const world = clinics();

const CALLER = "+12025550142";

/** A number that nobody else in this file has. */
function number(i: number): string {
  return `+1202556${String(i).padStart(4, "0")}`;
}

async function reserve(clinic: Clinic, phone: string, options = {}, more = {}) {
  return (await clinic.call("reserveAppointment", {
    patientName: "Test Patient",
    patientPhone: phone,
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
    ...more,
  }, options)).result;
}

async function recipients(clinic: Clinic): Promise<number> {
  return new Set((await clinic.messages()).map(({ recipient }) => recipient)).size;
}

Deno.test("one call has a few numbers texted and no more, however often it moves its own hold", async () => {
  const clinic = await world.open();
  const options = { callId: crypto.randomUUID(), number: CALLER };
  let holdId: unknown;
  const codes = [];
  for (let i = 0; i < 8; i++) {
    const result = await reserve(clinic, number(i), options, holdId ? { holdId } : {});
    holdId ??= result.holdId;
    codes.push(result.code ?? "sent");
  }
  assert.deepEqual(codes, ["sent", "sent", "sent", ...Array(5).fill("sms_too_many_numbers")]);
  assert.equal(await recipients(clinic), 3);
});

Deno.test("30 reservations in one message have no more numbers texted than one after the other", async () => {
  const clinic = await world.open();
  const calls = Array.from({ length: 30 }, (_, i) => ({
    id: `t${i}`,
    type: "function",
    function: {
      name: "reserveAppointment",
      arguments: {
        patientName: "Test Patient",
        patientPhone: number(100 + i),
        appointmentDate: clinic.day(2, 1 + i),
        appointmentTime: "10:00",
      },
    },
  }));
  const call = { id: crypto.randomUUID(), customer: { number: CALLER } };
  const customer = { metadata: { org_id: clinic.id } };
  const body = { message: { type: "tool-calls", toolCallList: calls, call, customer } };
  const response = await clinic.post("reserveAppointment", body);
  await response.body?.cancel();
  assert.equal(await recipients(clinic), 3);
});

Deno.test("new calls from one number, or from none at all, share a cap of their own", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    update sms_policies set max_recipients_per_caller = 2, max_anonymous_recipients = 3 where org_id = ${clinic.id}`;
  await world.stack
    .sql`update booking_policies set max_holds_per_caller = 9 where org_id = ${clinic.id}`;
  const pseudo = ["+266696687", "+86282452253", "anonymous", "restricted", undefined];
  const results: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const time = { appointmentDate: clinic.day(1 + i, 2) };
    results.push((await reserve(clinic, number(200 + i), { number: CALLER }, time)).code);
  }
  for (const [i, caller] of pseudo.entries()) {
    const time = { appointmentDate: clinic.day(1 + i % 5, 3) };
    const options = caller === undefined ? {} : { number: caller };
    results.push((await reserve(clinic, number(300 + i), options, time)).code);
  }
  const refused = "sms_too_many_numbers";
  assert.deepEqual(results, [
    ...[undefined, undefined, refused, refused],
    ...[undefined, undefined, undefined, refused, refused],
  ]);
});

Deno.test("a clinic's and the platform's messages of a day come to an end, and one switch stops all", async () => {
  const { sql } = world.stack;
  const clinic = await world.open();
  const code = async (i: number) =>
    (await reserve(clinic, number(400 + i), {}, { appointmentDate: clinic.day(1 + i, 2) })).code;
  await sql`update sms_policies set max_texts_per_day = 1 where org_id = ${clinic.id}`;
  assert.deepEqual([await code(0), await code(1)], [undefined, "sms_clinic_limit"]);
  await sql`update sms_policies set max_texts_per_day = 100 where org_id = ${clinic.id}`;
  const [settings] = await sql`select max_texts_per_day from platform_settings`;
  try {
    await sql`update platform_settings set max_texts_per_day = 1`;
    assert.equal(await code(2), "sms_platform_limit");
    await sql`update platform_settings set max_texts_per_day = ${settings?.max_texts_per_day}, texts_enabled = false`;
    assert.equal(await code(3), "sms_texts_off");
  } finally {
    await sql`update platform_settings set max_texts_per_day = ${settings?.max_texts_per_day}, texts_enabled = true`;
  }
});

Deno.test("only the clinic's own country is texted, and no premium number in any", async () => {
  const { sql } = world.stack;
  const clinic = await world.open();
  await sql`update sms_policies set max_anonymous_recipients = 999 where org_id = ${clinic.id}`;
  const refusal = async (phone: string, orgId = clinic.id) => {
    const [row] = await sql`select private.country_refusal(${orgId}, ${phone}) as code`;
    return row?.code;
  };
  const costly = [
    ...["+19005550123", "+12029765555", "+449098790123", "+448712345678", "+447012345678"],
    ...["+499001234567", "+491805123456", "+33899123456", "+34806123456", "+34905123456"],
    ...[
      "+18885550123",
      "+18005550123",
      "+17105550123",
      "+14565550123",
      "+448001234567",
      "+498001234567",
    ],
    ...["+39899123456", "+39199123456", "+15005550006", "+41900123456", "+353152012345"],
  ];
  for (const phone of costly) assert.equal(await refusal(phone), "costly_number", phone);
  const abroad = [
    ...[
      "+14165550123",
      "+18765550123",
      "+12425550123",
      "+18095550123",
      "+447911123456",
      "+4915112345678",
    ],
    ...[
      "+979123456789",
      "+882161234567",
      "+88351001234567",
      "+881612345678",
      "+80012345678",
      "+37060112345",
    ],
  ];
  for (const phone of abroad) assert.equal(await refusal(phone), "country_not_allowed", phone);
  assert.equal(await refusal("+12025550142"), null);
  assert.equal((await reserve(clinic, "+18765550123")).code, "sms_country_not_allowed");
  assert.equal((await reserve(clinic, "+19005550123")).code, "sms_costly_number");

  await sql`update sms_policies set sms_countries = '{GB,JM}' where org_id = ${clinic.id}`;
  assert.deepEqual(
    [await refusal("+447400123456"), await refusal("+18765550123"), await refusal("+447012345678")],
    [null, null, "costly_number"],
  );
  const london = await world.open({ country: "GB", timezone: "Europe/London" });
  assert.deepEqual(
    [await refusal("+447700900001", london.id), await refusal("+441481960194", london.id)],
    [null, "country_not_allowed"],
  );
});

Deno.test("moving a reservation sends no second code, and the first one still confirms it", async () => {
  const clinic = await world.open();
  const options = { callId: crypto.randomUUID() };
  const { holdId } = await reserve(clinic, number(500), options);
  const code = await clinic.latestCode();
  for (const appointmentTime of ["11:00", "12:00", "13:00"]) {
    const moved = await reserve(clinic, number(500), options, { holdId, appointmentTime });
    assert.deepEqual([moved.success, moved.holdId], [true, holdId]);
  }
  assert.equal((await clinic.messages()).length, 1);
  const booked = (await clinic.call("verifyBookingCode", { code }, options)).result;
  assert.match(String(booked.message), /1 PM/);
});

Deno.test("free text goes to the caller's own number or one proved in this call, and nobody learns more", async () => {
  const clinic = await world.open();
  const [known, unknown, optedOut] = [number(600), number(601), number(602)];
  await world.stack
    .sql`insert into contacts (org_id, phone) values (${clinic.id}, ${known}), (${clinic.id}, ${optedOut})`;
  await world.stack
    .sql`insert into sms_opt_outs (phone, source, org_id) values (${optedOut}, 'staff', ${clinic.id})`;
  const options = { callId: crypto.randomUUID(), number: CALLER };
  await reserve(clinic, known, options);
  const send = async (phone?: string) =>
    (await clinic.call("sendSms", { message: "Hello", ...(phone && { phone }) }, options)).result;
  const answers = [await send(known), await send(unknown), await send(optedOut)];
  assert.equal(answers[0]?.code, "sms_no_relation");
  assert.deepEqual([answers[1], answers[2]], [answers[0], answers[0]]);
  assert.equal((await send()).success, true);

  await clinic.call("verifyBookingCode", { code: await clinic.latestCode() }, options);
  assert.equal((await send(known)).success, true, "proved in this call");
  const elsewhere = await clinic.call("sendSms", { message: "Hello", phone: known }, {
    number: CALLER,
  });
  assert.equal(elsewhere.result.code, "sms_no_relation", "and in no other");
  assert.equal(
    (await reserve(clinic, optedOut, {}, { appointmentTime: "15:00" })).code,
    "sms_blocked",
  );
});

Deno.test("free text begins with the clinic's name, on one line, with nothing in it that can't be seen", async () => {
  const clinic = await world.open();
  const message = "Other Bank\u202e: Example\u200b Clinic\r\nsays\u0007 “hi”";
  await clinic.call("sendSms", { message }, { number: CALLER });
  const [sent] = await clinic.messages();
  assert.equal(
    sent?.body,
    'Example Clinic: Other Bank: Example Clinic says "hi"\nReply STOP to opt out.',
  );
});

Deno.test("links lead to hosts that the clinic allows, in whatever disguise", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    update sms_policies set sms_link_hosts = '{clinic.example.com}', max_per_day = 50 where org_id = ${clinic.id}`;
  const send = async (message: string) =>
    (await clinic.call("sendSms", { message }, { number: CALLER })).result;
  for (
    const link of [
      ...["https://evil.example", "evil.example/x", "www.evil.example", "HTTP://EVIL.EXAMPLE"],
      ...[
        "https://clinic.example.com@evil.example/",
        "clinic.example.com.evil.example",
        "http://2130706433/",
      ],
      ...[
        "evil\u200b.example",
        "ｅｖｉｌ．example",
        "evil。example",
        "https:\\\\evil",
        "notclinic.example.com",
        "203.0.113.7/x",
      ],
      "https://clinic.example.com/ and evil.example",
    ]
  ) assert.equal((await send(`Pay here: ${link} now`)).code, "sms_link_not_allowed", link);
  for (
    const text of [
      ...[
        "See https://clinic.example.com/way",
        "https://www.clinic.example.com",
        "We open at 9.30 a.m.",
      ],
      "1 Example St. Room 5, Mon.",
    ]
  ) assert.equal((await send(text)).success, true, text);
});

Deno.test("a text is counted in parts as phones count it, and more than two don't leave", async () => {
  const { sql } = world.stack;
  const parts = async (text: string) =>
    (await sql`select private.sms_segments(${text}) as parts`)[0]?.parts;
  const cases: [string, number][] = [
    ["x".repeat(160), 1],
    ["x".repeat(161), 2],
    ["x".repeat(306), 2],
    ["x".repeat(307), 3],
    ["€".repeat(80), 1],
    ["€".repeat(81), 2],
    ["€".repeat(152), 2],
    ["€".repeat(153), 3],
    ["ж".repeat(70), 1],
    ["ж".repeat(134), 2],
    ["ж".repeat(135), 3],
    ["😀".repeat(35), 1],
    ["😀".repeat(66), 2],
    ["😀".repeat(67), 3],
    ["[ok] {a} ~ \\ ^ | \n é ñ ß Ω - ]", 1],
  ];
  for (const [text, expected] of cases) assert.equal(await parts(text), expected, text);

  const clinic = await world.open();
  const send = async (message: string) =>
    (await clinic.call("sendSms", { message }, { number: CALLER })).result;
  assert.equal((await send("ж".repeat(120))).code, "sms_too_long");
  assert.equal((await send("x".repeat(300))).code, "sms_too_long");
  assert.equal((await send("x".repeat(200))).success, true);
});
