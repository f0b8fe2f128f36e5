/** A clinic from nothing to a booked call and back, over HTTP, as its owner only: no service role, not a line of SQL. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../shared/json.ts";
import { Clinic } from "../support/clinic.ts";
import { outboxWorld } from "../support/outbox_world.ts";
import { Person } from "../support/person.ts";
import { World } from "../support/world.ts";

const outbox = outboxWorld({ stack: { vapi: {} } });

Deno.test("an owner founds a clinic, sets it up, saves an agent, and a caller books and is told that the visit is off", async () => {
  const { stack, google, twilio } = outbox;
  const owner = await Person.signUp(stack);
  const id = await owner.founds({
    p_timezone: "Europe/London",
    p_country: "GB",
    p_phone: "+442079460020",
  });
  const ours = `org_id=eq.${id}`;
  const write = async (method: string, path: string, row: JsonObject) => {
    const { status, body } = await owner.rest(method, path, row);
    assert.ok(status === 200 || status === 201, JSON.stringify(body));
  };
  const googleId = `${id}@group.calendar.google.com`;
  google.share(googleId);
  await write("POST", "services", { org_id: id, name: "Cleaning", duration_minutes: 45 });
  await write("PATCH", `calendars?${ours}`, { name: "Dr. Example", google_calendar_id: googleId });
  await write("PATCH", `business_hours?${ours}`, { opens: "08:00" });
  await write("PATCH", `booking_policies?${ours}`, { slot_minutes: 30 });
  await write("PATCH", `sms_policies?${ours}`, { quiet_from: "00:00", quiet_until: "00:00" });

  const world = new World(stack);
  const { assistantId } = await world.saveAndSync({
    id,
    userId: owner.userId,
    accessToken: owner.accessToken,
  });
  const calls = new Clinic(stack, id, "Europe/London");
  const patientPhone = "+442079460021";
  const call = {
    callId: crypto.randomUUID(),
    assistantId: String(assistantId),
    metadataOrgId: null,
  };
  const { result } = await calls.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone,
    appointmentDate: String(calls.day()),
    appointmentTime: "08:30",
    service: "Cleaning",
    provider: "Dr. Example",
  }, call);
  assert.equal(result["success"], true, JSON.stringify(result));
  await outbox.drain();
  assert.equal(google.eventsOf(googleId).length, 1);

  const [visit] = await owner.rows(`appointments?${ours}&select=id,state`);
  assert.equal(visit?.["state"], "confirmed");
  await owner.does("cancel_appointment", { p_appointment_id: visit?.["id"] ?? null });
  await outbox.drain();
  assert.equal(google.eventsOf(googleId).length, 0);
  const texts = twilio.textsTo(patientPhone).map(({ body }) => body);
  assert.equal(texts.length, 2);
  assert.ok(texts.some((text) => /cancelled/.test(text)), texts.join());
});
