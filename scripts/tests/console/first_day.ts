/** A journey of `console_test.ts`: a clinic's first day, from its founding to a visit that is cancelled. */
import assert from "node:assert/strict";
import type { ConsoleWorld } from "../support/browser/console_world.ts";
import { picture } from "../support/browser/picture.ts";
import { Person } from "../support/person.ts";

const GOOGLE_CALENDAR = "clinic@group.calendar.google.com";

export async function firstDay({ stack, visit }: ConsoleWorld): Promise<void> {
  const owner = await Person.signUp(stack);
  const page = await visit(owner);
  await page.fill("Name of the clinic", "Example Clinic");
  await page.fill("Time zone", "America/New York");
  await page.click("Create the clinic");
  await page.sees("No agent yet");

  await page.click("New agent");
  await page.fill("Name", "Reception");
  await page.fill("Prompt", "You are the receptionist of Example Clinic.");
  await page.fill("First message", "Example Clinic, how can I help you?");
  await page.fill("Voice provider", "vapi");
  await page.fill("Voice", "Elliot");
  await page.fill("Spoken language", "en-US");
  // The sync begins only after the page has been seen waiting for it: no worker is woken, and none is left that could take it.
  stack.net.pause();
  try {
    assert.ok(await stack.functions.isIdle("tool-sync", 30_000));
    await page.click("Save");
    await page.sees("Tools syncing…");
  } finally {
    stack.net.resume();
  }
  await page.sees("Linked");

  const [assistant] = [...stack.vapi.state.assistants.values()];
  assert.equal(assistant?.name, "Reception");
  assert.equal(assistant?.firstMessage, "Example Clinic, how can I help you?");
  const [saved] = await owner.rows("agents?select=org_id");
  stack.integrations.google.share(GOOGLE_CALENDAR);
  const ofClinic = `org_id=eq.${saved?.org_id}`;
  await owner.rest("PATCH", `calendars?${ofClinic}`, { google_calendar_id: GOOGLE_CALENDAR });
  const always = { quiet_from: "00:00", quiet_until: "00:00" };
  await owner.rest("PATCH", `sms_policies?${ofClinic}`, always);

  await page.click("Test stack");
  await page.click("Ring");
  await page.sees("Booked, and hung up");
  await page.sees("your appointment is confirmed");
  await page.sees("Appointment: Example Patient 01");
  await picture(page, "console-ring");
  const [visit1] = await owner.rows("appointments?select=id,starts_at,state");
  assert.equal(visit1?.state, "confirmed");

  const day = new Date(String(visit1?.starts_at)).toISOString().slice(0, 10);
  await page.click("Today");
  await page.fill("Day", day);
  await page.click("9:00 AM");
  await page.sees("Booked in a call");
  await page.click("Cancel the visit");
  await page.sees("Keep it");
  await page.click("Cancel the visit");
  await page.sees("1 cancelled");

  await page.click("Test stack");
  await page.sees("Google Calendar 0");
  // Without the error answers that a journey provokes on purpose.
  assert.deepEqual(page.errors.filter((error) => !error.includes('"source":"network"')), []);
}
