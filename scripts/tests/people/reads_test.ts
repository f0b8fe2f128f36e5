/** What a front end reads with a user's token: each page in one request, and nothing of another clinic. */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../shared/json.ts";
import { Clinic, clinics } from "../support/clinic.ts";
import { eventually } from "../support/eventually.ts";
import { Person } from "../support/person.ts";
import { World } from "../support/world.ts";

const stacks = clinics();

async function clinic() {
  const { stack } = stacks;
  const owner = await Person.signUp(stack);
  const { orgId } = await owner.does("create_organization", {
    p_name: "Example Clinic",
    p_timezone: "America/New_York",
    p_country: "US",
  });
  const org = { id: String(orgId), userId: owner.userId, accessToken: owner.accessToken };
  return {
    world: new World(stack),
    owner,
    org,
    calls: new Clinic(stack, org.id, "America/New_York"),
  };
}

Deno.test("the catalogue is there before the first save, and tells what is linked after it", async () => {
  const { world, owner, org } = await clinic();
  const catalogue = async () => {
    const { body } = await owner.rpc("tool_catalogue", { p_org_id: org.id });
    assert.ok(Array.isArray(body));
    return new Map(body.filter(isJsonObject).map((row) => [row["tool"], row]));
  };
  // Founding the clinic has woken the worker that registers them.
  await eventually("the tools are registered", async () => (await catalogue()).size > 0);
  const before = (await catalogue()).get("bookClinicAppointment");
  assert.equal(before?.["linked"], false);
  assert.match(String(before?.["description"]), /\w+ \w+/);

  await world.saveAndSync(org);
  await owner.does("set_tool_enabled", { p_org_id: org.id, p_tool: "sendSms", p_enabled: false });
  const after = await catalogue();
  assert.equal(after.get("bookClinicAppointment")?.["linked"], true);
  assert.equal(after.get("sendSms")?.["enabled"], false);
});

Deno.test("agents come with where their sync stands, and each with its history", async () => {
  const { world, owner, org } = await clinic();
  const { agentId, assistantId } = await world.saveAndSync(org);
  const agent = `agent_id=eq.${agentId}`;
  assert.partialDeepStrictEqual(await owner.rows(`agent_overview?${agent}`), [{
    org_id: org.id,
    name: "Front desk",
    sync_state: "synced",
    assistant_id: assistantId,
    version: 1,
    synced_version: 1,
    drift_count: 0,
    paused_at: null,
  }]);
  await owner.does("resync_agent", { p_agent_id: agentId });
  await world.settled();
  const history = await owner.rows(`agent_sync_history?${agent}&order=created_at.desc&limit=1`);
  assert.partialDeepStrictEqual(history, [{ sync_state: "synced", attempts: 1, last_error: null }]);
  assert.deepEqual(
    await owner.rows(`agent_sync_status?${agent}&select=sync_state,status`),
    [{ sync_state: "synced", status: "synced" }],
  );
});

Deno.test("drift is told side by side: what the console says, and what was written at Vapi, in full", async () => {
  const { world, owner, org } = await clinic();
  const firstMessage = `${"Hello. ".repeat(20)}How can I help?`;
  const { agentId, assistantId } = await world.saveAndSync(org, { firstMessage });
  const edited = firstMessage.replaceAll("Hello", "Welcome");
  stacks.stack.vapi.dashboard.updateAssistant(String(assistantId), { firstMessage: edited });
  await owner.does("resync_agent", { p_agent_id: agentId });
  await world.settled();
  assert.deepEqual(
    await owner.rows(`agent_drift?agent_id=eq.${agentId}&select=path,applied,observed`),
    [{
      path: "firstMessage",
      applied: firstMessage,
      observed: edited,
    }],
  );
});

Deno.test("a call is told with its agent, what the tools did in it, and the visits that it made", async () => {
  const { world, owner, org, calls } = await clinic();
  const { assistantId } = await world.saveAndSync(org);
  const callId = crypto.randomUUID();
  const call = { callId, assistantId: String(assistantId) };
  const booking = {
    patientName: "Test Patient",
    patientPhone: "+15557390199",
    appointmentDate: String(calls.day()),
  };
  await calls.call("bookClinicAppointment", { ...booking, appointmentTime: "03:00" }, call);
  await calls.call("bookClinicAppointment", { ...booking, appointmentTime: "10:00" }, call);
  await calls.post("vapi-webhook", {
    message: {
      type: "end-of-call-report",
      endedReason: "customer-ended-call",
      call: { id: callId, assistantId: String(assistantId) },
    },
  });
  const [row] = await owner.rows(`call_log?org_id=eq.${org.id}`);
  assert.equal(row?.["agent"], "Front desk");
  assert.equal(row?.["ended_reason"], "customer-ended-call");
  const { tools, appointments } = row ?? {};
  assert.ok(Array.isArray(tools) && Array.isArray(appointments));
  assert.deepEqual(
    tools.filter(isJsonObject).map(({ tool, outcome }) => [tool, outcome]),
    [["bookClinicAppointment", "outside_hours"], ["bookClinicAppointment", "ok"]],
  );
  assert.partialDeepStrictEqual(appointments, [{ state: "confirmed" }]);
});

Deno.test("a day's visits come with patient, calendar and service in one request", async () => {
  const { owner, org, calls } = await clinic();
  const date = String(calls.day());
  await owner.does("book_appointment", {
    p_org_id: org.id,
    p_date: date,
    p_time: "10:00",
    p_patient_name: "Test Patient",
    p_patient_phone: "+15557390198",
  });
  const day = `starts_at=gte.${date}T00:00:00Z&order=starts_at&limit=50`;
  assert.deepEqual(
    await owner.rows(
      `appointments?select=state,patient_name,contacts(phone),calendars(name),services(name)&org_id=eq.${org.id}&${day}`,
    ),
    [{
      state: "confirmed",
      patient_name: "Test Patient",
      contacts: { phone: "+15557390198" },
      calendars: { name: "Clinic" },
      services: { name: "Appointment" },
    }],
  );
});
