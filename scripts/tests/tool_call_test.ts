/** Tool calls as Vapi sends them, in every shape, from the double through the whole product. */
import assert from "node:assert/strict";
import { payloadShapes } from "../local/vapi/calls/shapes.ts";
import { weekdayAhead } from "../local/weekday_ahead.ts";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { World } from "./support/world.ts";

const inWorld = sharedWorld();

const PATIENT = { patientName: "Example Patient", patientPhone: "+12025550142" };

/** A clinic that lets a patient have an appointment per shape, and strangers book all of them. */
async function clinic(world: World) {
  const org = await world.org();
  await world.stack.sql`
    update booking_policies set max_appointments_per_patient = 1000, max_anonymous_bookings = 1000, max_bookings_per_caller = 1000
    where org_id = ${org.id}`;
  const assistantId = (await world.saveAndSync(org)).assistantId ?? "";
  return { org, assistantId };
}

const booking = (index: number, appointmentTime = "10:00") => ({
  ...PATIENT,
  appointmentDate: weekdayAhead(15, index),
  appointmentTime,
});

Deno.test("tool calls", async (t) => {
  await inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    const { org, assistantId } = await clinic(world);

    for (const [index, shape] of payloadShapes.entries()) {
      await t.step(
        `in shape ${shape}: books, and the assistant understands the answer`,
        async () => {
          const { status, perCall, raw } = await vapi.calls.callTool({
            assistantId,
            shape,
            toolName: "bookClinicAppointment",
            arguments: booking(index),
            metadata: { org_id: org.id },
          });
          assert.equal(status, 200, raw);
          const result = JSON.parse(perCall[0]?.given ?? "null");
          assert.partialDeepStrictEqual(result, { success: true });
          const [row] =
            await sql`select org_id, state, starts_at from appointments where id = ${result.appointmentId}`;
          assert.deepEqual([row?.org_id, row?.state], [org.id, "confirmed"]);
          assert.equal(new Date(result.scheduledAt).getTime(), row?.starts_at.getTime());
        },
      );
    }

    await t.step("several in one message: an answer each, in order", async () => {
      const { raw, perCall } = await vapi.calls.callTools({
        assistantId,
        calls: [1, 2, 3].map((index) => ({
          toolName: "bookClinicAppointment",
          toolCallId: `call_${index}`,
          arguments: booking(index, "14:00"),
        })),
      });
      const ids = JSON.parse(raw).results.map((each: { toolCallId: string }) => each.toolCallId);
      assert.deepEqual(ids, ["call_1", "call_2", "call_3"]);
      for (const { given } of perCall) assert.equal(JSON.parse(given ?? "null").success, true);
    });

    await t.step(
      "with arguments that are not JSON: an error that says what is needed",
      async () => {
        const { status, raw } = await vapi.calls.callTool({
          assistantId,
          shape: "tool-calls-string",
          toolName: "bookClinicAppointment",
          arguments: '{"patientName": "Exa',
        });
        assert.equal(status, 200);
        const [answer] = JSON.parse(raw).results;
        assert.equal(answer.result, undefined);
        for (const needed of [/name/, /phone/, /date/, /time/]) assert.match(answer.error, needed);
      },
    );

    await t.step("without the phone number: a question for it, and nothing is booked", async () => {
      const { patientPhone: _, ...incomplete } = booking(4, "15:00");
      const { raw } = await vapi.calls.callTool({
        assistantId,
        toolName: "bookClinicAppointment",
        arguments: incomplete,
      });
      assert.match(JSON.parse(raw).results[0].error, /phone number/);
    });

    await t.step("with a wrong secret or none: 401", async () => {
      for (const secret of ["wrong", null]) {
        const { status } = await vapi.calls.callTool({
          assistantId,
          toolName: "checkAvailability",
          arguments: { date: weekdayAhead(15, 1) },
          headers: { "x-vapi-secret": secret },
        });
        assert.equal(status, 401);
      }
    });

    await t.step(
      "of one clinic's assistant that name another clinic are refused, and book nothing",
      async () => {
        const other = await clinic(world);
        const before = await sql`select count(*)::int from appointments`;
        const { raw } = await vapi.calls.callTool({
          assistantId,
          toolName: "bookClinicAppointment",
          arguments: booking(5, "16:00"),
          metadata: { org_id: other.org.id },
        });
        assert.match(JSON.parse(raw).results[0].error, /clinic/);
        assert.deepEqual(await sql`select count(*)::int from appointments`, before);
        await eventually(
          "the refusal is logged",
          () => world.stack.functions.logs().some(({ line }) => line.includes("tenant_conflict")),
        );
      },
    );

    await t.step("delivered twice: booked once, answered the same", async () => {
      const call = {
        assistantId,
        callId: crypto.randomUUID(),
        toolCallId: "call_repeat",
        toolName: "bookClinicAppointment",
        arguments: booking(6, "09:00"),
      };
      const answers = await Promise.all([vapi.calls.callTool(call), vapi.calls.callTool(call)]);
      assert.equal(answers[0]?.raw, answers[1]?.raw);
      assert.equal(JSON.parse(answers[0]?.perCall[0]?.given ?? "null").success, true);
    });

    await t.step("R4.2: the booking payload as it stands books for that clinic", async () => {
      const response = await fetch(`${world.stack.functionsUrl}/book-clinic-appointment`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-vapi-secret": world.stack.webhookSecret },
        body: JSON.stringify({
          toolCallId: "call_r42",
          tool: { arguments: { ...booking(7, "11:00"), patientEmail: "patient@example.com" } },
          customer: { metadata: { org_id: org.id } },
        }),
      });
      const answer = await response.json();
      assert.equal(answer.toolCallId, "call_r42");
      assert.equal(answer.result.success, true);
      assert.ok(answer.result.scheduledAt);
      const [row] =
        await sql`select org_id from appointments where id = ${answer.result.appointmentId}`;
      assert.equal(row?.org_id, org.id);
    });
  });
});
