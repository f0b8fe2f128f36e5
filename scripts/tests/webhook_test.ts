import assert from "node:assert/strict";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { Org, World } from "./support/world.ts";

const inWorld = sharedWorld();

const CALLER = { customer: { number: "+12025550142" } };

async function callsOf(world: World, org: Org): Promise<Record<string, unknown>[]> {
  const rows = await world.stack.sql`
    select vapi_call_id, status, ended_reason, started_at is not null as started, cost::float
    from calls where org_id = ${org.id} order by created_at`;
  return rows.map((row) => ({ ...row }));
}

Deno.test("vapi-webhook", async (t) => {
  await inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    const org = await world.org();
    const assistantId = (await world.saveAndSync(org)).assistantId ?? "";
    const slotOf = async (callId: string) => {
      const { perCall } = await vapi.calls.callTool({
        assistantId,
        callId,
        toolName: "checkAvailability",
        arguments: { date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) },
      });
      const day = JSON.parse(perCall[0]?.given ?? "null");
      const free = [day, ...(day.alternatives ?? [])].find(({ slots }) => slots.length > 0);
      return { appointmentDate: free.date, appointmentTime: free.slots[0] };
    };

    await t.step(
      "records a call from its start to its end, with the appointment made in it",
      async () => {
        const call = await vapi.calls.place({ assistantId, ...CALLER });
        const patient = { patientName: "Example Patient", patientPhone: "+12025550142" };
        const { perCall } = await call.callTool("bookClinicAppointment", {
          ...patient,
          ...await slotOf(call.id),
        });
        const { appointmentId } = JSON.parse(perCall[0]?.given ?? "null");
        await call.hangUp({
          cost: 0.07,
          artifact: { messages: [], transcript: "secret words", recordingUrl: null },
        });

        assert.deepEqual(await callsOf(world, org), [{
          vapi_call_id: call.id,
          status: "ended",
          ended_reason: "customer-ended-call",
          started: true,
          cost: 0.07,
        }]);
        const outcomes =
          await sql`select appointment_id, appointment_state from call_outcomes where vapi_call_id = ${call.id}`;
        assert.deepEqual(outcomes.map((row) => ({ ...row })), [{
          appointment_id: appointmentId,
          appointment_state: "confirmed",
        }]);
      },
    );

    await t.step(
      "leads to the same call however often and in whatever order events come",
      async () => {
        const callId = crypto.randomUUID();
        const send = (type: string, fields = {}) =>
          vapi.calls.sendEvent({ assistantId, callId, ...CALLER, type, fields });
        const report = { endedReason: "assistant-ended-call", cost: 0.02 };
        await send("end-of-call-report", report);
        await send("status-update", { status: "in-progress" });
        await send("end-of-call-report", report);
        const [, second] = await callsOf(world, org);
        assert.partialDeepStrictEqual(second, {
          vapi_call_id: callId,
          status: "ended",
          cost: 0.02,
        });
        const [{ count }] = await sql`
        select count from call_event_counts where org_id = ${org.id} and type = 'end-of-call-report'` as [
          { count: string },
        ];
        assert.equal(Number(count), 3);
      },
    );

    await t.step(
      "marks a call whose assistant says that it booked though no tool did, once, with an alert that names the call",
      async () => {
        const artifact = { messages: [{ role: "bot", message: "Wonderful, you're all booked." }] };
        const marked = async (callId: string) => {
          const [call] = await sql`select call_log.claimed_without_deed as is from call_log
            join calls on calls.id = call_id where vapi_call_id = ${callId}`;
          return call?.is;
        };
        const boast = await vapi.calls.place({ assistantId, ...CALLER });
        await boast.hangUp({ artifact });
        await boast.hangUp({ artifact });
        const honest = await vapi.calls.place({ assistantId, ...CALLER });
        await honest.callTool("bookClinicAppointment", {
          patientName: "Other Patient",
          patientPhone: "+12025550143",
          ...await slotOf(honest.id),
        });
        await honest.hangUp({ artifact });

        assert.deepEqual([await marked(boast.id), await marked(honest.id)], [true, false]);
        const alerts = await sql`
          select count, detail from alerts where kind = 'claim_without_deed' and org_id = ${org.id}`;
        assert.deepEqual(alerts.map((row) => ({ ...row })), [{
          count: 1,
          detail: { callId: boast.id, claims: ["booked"] },
        }]);
        const [figure] = await sql`
          select sum(amount) as total from private.measured_events('-infinity', 'infinity')
          where metric = 'claims_without_deed'`;
        assert.equal(Number(figure?.total), 1);
      },
    );

    await t.step("accepts and counts every other event", async () => {
      const answer = await vapi.calls.sendEvent({
        assistantId,
        type: "speech-update",
        fields: { status: "started" },
      });
      assert.equal(answer?.status, 200);
      const [counted] = await sql`select count from call_event_counts where type = 'speech-update'`;
      assert.equal(Number(counted?.count), 1);
    });

    for (const type of ["handoff-destination-request", "transfer-destination-request"]) {
      await t.step(
        `answers a ${type} with a sentence that can be said, never with nothing`,
        async () => {
          const answer = await vapi.calls.sendEvent({ assistantId, type });
          assert.equal(answer?.status, 200);
          assert.match(JSON.parse(answer?.raw ?? "").error, /call the clinic/);
        },
      );
    }

    await t.step("answers a tool call of any tool", async () => {
      const url = vapi.state.assistants.get(assistantId)?.server?.url ?? "";
      const { perCall } = await vapi.calls.callTool({
        assistantId,
        url,
        toolName: "checkAvailability",
        arguments: { date: "2099-01-05" },
      });
      assert.ok(JSON.parse(perCall[0]?.given ?? "null").message);
    });

    await t.step(
      "names the inbound agent for a known number, and says so for an unknown one",
      async () => {
        await sql`insert into phone_numbers (org_id, vapi_phone_number_id) values (${org.id}, 'number-1')`;
        const server = vapi.state.assistants.get(assistantId)?.server;
        const request = (phoneNumberId: string) =>
          vapi.calls.requestAssistant({
            server: { url: server?.url ?? "", headers: server?.headers ?? {} },
            phoneNumberId,
            customer: CALLER.customer,
          });
        assert.deepEqual(JSON.parse((await request("number-1")).raw), { assistantId });
        assert.match(JSON.parse((await request("number-2")).raw).error, /nobody can take calls/);
      },
    );

    await t.step("refuses a request without the webhook's secret", async () => {
      const response = await fetch(`${world.stack.functionsUrl}/vapi-webhook`, {
        method: "POST",
        body: JSON.stringify({ message: { type: "status-update" } }),
      });
      await response.body?.cancel();
      assert.equal(response.status, 401);
    });

    await t.step("starts the tools' functions when a call begins", async () => {
      await world.stack.functions.restart("vapi-webhook");
      await world.stack.functions.restart("sms-send");
      await vapi.calls.place({ assistantId, ...CALLER });
      await eventually(
        "sms-send runs again",
        () => world.stack.functions.running().includes("sms-send"),
      );
    });

    await t.step("keeps no transcript and no phone number, in tables or logs", async () => {
      const [row] = await sql`select json_agg(calls)::text as calls from calls`;
      const logged = world.stack.functions.logs().map(({ line }) => line).join("\n");
      for (const text of [row?.calls, logged]) {
        assert.ok(!text.includes("secret words"));
        assert.ok(!text.includes("2025550142"));
      }
    });
  });
});
