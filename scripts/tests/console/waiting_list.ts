/** A journey of `console_test.ts`: somebody is put on the waiting list, is offered a slot that becomes free, and takes it. */
import assert from "node:assert/strict";
import type { ConsoleWorld } from "../support/browser/console_world.ts";
import { nextMonday } from "../support/browser/next_monday.ts";
import { picture } from "../support/browser/picture.ts";
import { eventually } from "../support/eventually.ts";
import { Person } from "../support/person.ts";

const WAITS = "+12025550144";

export async function waitForASlot({ stack, visit, clinic }: ConsoleWorld): Promise<void> {
  const owner = await Person.signUp(stack);
  const orgId = await clinic(owner);
  const day = await nextMonday(owner, orgId);
  const always = { quiet_from: "00:00", quiet_until: "00:00" };
  await owner.rest("PATCH", `sms_policies?org_id=eq.${orgId}`, always);
  const { appointmentId } = await owner.does("book_appointment", {
    p_org_id: orgId,
    p_date: day,
    p_time: "10:00",
    p_patient_name: "Example Patient",
    p_patient_phone: "+12025550143",
  });

  const page = await visit(owner, `#/${orgId}/waitlist`);
  await page.sees("Nobody is waiting");
  const people = [["Waiting Patient", "+1 202 555 0144"], [
    "Other Patient",
    "+12025550145",
  ]] as const;
  for (const [name, phone] of people) {
    await page.click("Add somebody");
    await page.fill("Patient", name);
    await page.fill("Patient's phone", phone);
    await page.fill("First day", day);
    await page.fill("Part of the day", "morning");
    await page.press("Enter");
    await page.sees(name);
  }
  await owner.does("cancel_appointment", { p_appointment_id: appointmentId ?? null });
  await eventually("the offer is made", async () => {
    const [offer] = await stack.sql`
      select from waitlist_offers where org_id = ${orgId} and state = 'offered'`;
    return offer !== undefined;
  });
  // The page is not notified of an offer: it looks when its tab becomes visible again, and every 20 s.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange')), undefined");
  await page.until("the offer is seen", "document.querySelector('.badge.offered') !== null");
  await picture(page, "console-waitlist");
  assert.equal(await stack.integrations.twilio.receive({ from: WAITS, body: "Y" }), null);
  await page.seesNot("Waiting Patient");
  await page.click("No longer waiting");
  await page.sees("taken");

  await page.click("Waiting");
  await page.click("Remove: Other Patient");
  await page.sees("They lose their place");
  await page.click("Remove");
  await page.sees("Nobody is waiting");
  const entries = await owner.rows("waitlist_entries?select=patient_name,state&order=created_at");
  assert.deepEqual(entries.map(({ patient_name, state }) => `${patient_name} ${state}`), [
    "Waiting Patient booked",
    "Other Patient removed",
  ]);

  // They answer the reminder too.
  await stack
    .sql`update appointments set attending_at = now() where state = 'confirmed' and org_id = ${orgId}`;
  await page.goto(`${stack.consoleUrl}#/${orgId}/today?day=${day}`);
  await page.click("10:00 AM");
  await page.sees("will come");
}
