/** Requests that are sent again by somebody who has seen them, and what callers make Google answer. */
import assert from "node:assert/strict";
import { hmacHex } from "../../../shared/hash.ts";
import { clinics, requestBody } from "../support/clinic.ts";

const world = clinics();

Deno.test("a signed body without ids is carried out once, a new one with the same words again", async () => {
  for (const shape of ["tool-calls", "function-call", "legacy"] as const) {
    const clinic = await world.open();
    const args = { message: "Hello" };
    const body = requestBody(clinic.id, "sendSms", args, {
      shape,
      number: "+12025550142",
      callId: null,
    });
    const text = JSON.stringify(body).replace('"id":"call-1",', "");
    assert.ok(!text.includes("call-1"));
    const post = async (timestamp: number) => {
      const signature = await hmacHex("sha256", world.stack.webhookSecret, `${timestamp}.${text}`);
      const headers = { "x-signature": signature, "x-timestamp": String(timestamp) };
      const response = await clinic.post("sendSms", text, { headers });
      return await response.text();
    };
    const now = Date.now();
    assert.match(await post(now), /on its way/);
    await Promise.all([post(now), post(now)]);
    assert.equal((await clinic.messages()).length, 1, shape);
    await post(now + 1);
    assert.equal((await clinic.messages()).length, 2, shape);
  }
});

Deno.test("an old START that is replayed after a STOP opts nobody in, and an old STOP nobody out", async () => {
  const { sql } = world.stack;
  const phone = "+12025550177";
  const receive = async (body: string, key: string) => {
    await sql`select receive_sms(${phone}, ${body}, null, ${key})`;
    const [row] = await sql`select private.is_opted_out(null, ${phone}) as out`;
    return row?.out;
  };
  assert.equal(await receive("STOP", "SM1"), true);
  assert.equal(await receive("START", "SM2"), false);
  assert.equal(await receive("STOP", "SM1"), false);
  assert.equal(await receive("STOP", "SM3"), true);
  assert.equal(await receive("START", "SM2"), true);
  assert.equal(await receive("START", "SM4"), false);
});

Deno.test("Google is asked about no day that can't be booked, and by one call so often only", async () => {
  const { sql } = world.stack;
  const clinic = await world.open();
  await sql`update calendars set google_calendar_id = 'calendar-1' where org_id = ${clinic.id}`;
  const stale = async (daysAhead: number, session: string | null = null) => {
    const [row] = await sql`
      select jsonb_array_length(stale_busy_times(
        ${clinic.id}, now(), now() + interval '33 days', 60, current_date + ${daysAhead}::int, ${session}) -> 'stale') as stale`;
    return row?.stale;
  };
  assert.deepEqual([await stale(-5), await stale(400), await stale(0), await stale(100)], [
    0,
    0,
    1,
    1,
  ]);
  await sql`
    insert into tool_calls (org_id, session_id, tool)
    select ${clinic.id}, 'eager', 'checkAvailability' from generate_series(1, 30)`;
  assert.deepEqual([await stale(10, "eager"), await stale(10, "other")], [0, 1]);
});
