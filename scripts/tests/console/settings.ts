/** A journey of `console_test.ts`: the settings of an owner, and their effect on the agents' callers. */
import assert from "node:assert/strict";
import type { ConsoleWorld } from "../support/browser/console_world.ts";
import { eventually } from "../support/eventually.ts";
import { Person } from "../support/person.ts";

export async function setUpClinic({ stack, visit, clinic }: ConsoleWorld): Promise<void> {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const own = `org_id=eq.${orgId}`;
  await owner.rest("POST", "calendars", { org_id: orgId, name: "Dr. Brown", position: 1 });
  const page = await visit(owner, `#/${orgId}/clinic/booking`);
  await page.fill("Visits a day, at most", "12");
  await page.fill("Remind by text, hours before", "");
  await page.click("Save");
  await page.sees("Saved");
  const [policy] = await owner.rows(`booking_policies?${own}&select=max_per_day,reminder_hours`);
  assert.deepEqual(policy, { max_per_day: 12, reminder_hours: null });

  await page.click("A person");
  await page.fill("Calls are handed over to", "+12125550123");
  await page.fill("Words of an emergency", "bleeding, chest pain");
  await page.click("Save");
  const columns = "transfer_phone,emergency_words";
  const handover = async () =>
    (await owner.rows(`organizations?id=eq.${orgId}&select=${columns}`))[0];
  await eventually("it is stored", async () => (await handover())?.["transfer_phone"] !== null);
  assert.deepEqual(await handover(), {
    transfer_phone: "+12125550123",
    emergency_words: ["bleeding", "chest pain"],
  });

  await page.click("Questions");
  await page.click("Add");
  await page.fill("Question", "Where can I park?");
  await page.fill("Answer", "Behind the house.");
  await page.click("Save");
  await page.sees("Behind the house.");

  await page.click("Services");
  await page.sees("Who does what");
  await page.evaluate(
    "document.querySelector('[aria-label=\"Offers Appointment, Dr. Brown\"]').click()",
  );
  await page.fill("Minutes of Appointment, Dr. Brown", "45");
  await page.press("Tab");
  const offered = () => owner.rows(`calendar_services?${own}&select=duration_minutes`);
  await eventually(
    "the minutes are stored",
    async () => (await offered())[0]?.["duration_minutes"] === 45,
  );
  assert.equal((await offered()).length, 1);
}
