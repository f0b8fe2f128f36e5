/** Visits that are over are completed automatically, as their clinic has set it. */
import assert from "node:assert/strict";
import { Clinic, clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";

const stacks = clinics();

/** A clinic with a visit that ended this many hours ago. */
async function clinic(endedHoursAgo: number, patch: Record<string, number | null> = {}) {
  const { stack } = stacks;
  const owner = await Person.signUp(stack);
  const id = await owner.founds();
  if (Object.keys(patch).length > 0) {
    const { status } = await owner.rest("PATCH", `booking_policies?org_id=eq.${id}`, patch);
    assert.equal(status, 200);
  }
  const calls = new Clinic(stack, id, "America/New_York");
  const { result } = await calls.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: "+12125550142",
    appointmentDate: String(calls.day()),
    appointmentTime: "10:00",
  });
  assert.equal(result["success"], true, JSON.stringify(result));
  const visit = String(result["appointmentId"]);
  await stack.sql.begin(async (sql) => {
    await sql`select private.allow_change_of_visits(true)`;
    await sql`
      update appointments set (starts_at, ends_at, busy) = (
        select starts, starts + interval '30 minutes', tstzrange(starts, starts + interval '30 minutes')
        from (select now() - make_interval(hours => ${endedHoursAgo}) - interval '30 minutes' as starts) past)
      where id = ${visit}`;
  });
  return {
    owner,
    visit,
    complete: () => stack.sql`select private.complete_past_visits()`,
    state: async () => (await owner.rows(`appointments?id=eq.${visit}&select=state`))[0]?.["state"],
  };
}

Deno.test("a visit completes itself a day after its end, and not before", async () => {
  const [over, justOver] = [await clinic(25), await clinic(23)];
  await over.complete();
  assert.equal(await over.state(), "completed");
  assert.equal(await justOver.state(), "confirmed");
});

Deno.test("a clinic sets how long after, or that none does", async () => {
  const [soon, never] = [
    await clinic(3, { complete_after_hours: 2 }),
    await clinic(900, { complete_after_hours: null }),
  ];
  await soon.complete();
  assert.equal(await soon.state(), "completed");
  assert.equal(await never.state(), "confirmed");
});

Deno.test("what somebody has noted stays, and what completed itself can be corrected", async () => {
  const [noted, completed] = [await clinic(30), await clinic(30)];
  await noted.owner.does("mark_no_show", { p_appointment_id: noted.visit });
  await completed.complete();
  assert.equal(await noted.state(), "no_show");
  assert.equal(await completed.state(), "completed");
  await completed.owner.does("mark_no_show", { p_appointment_id: completed.visit });
  assert.equal(await completed.state(), "no_show");
});
