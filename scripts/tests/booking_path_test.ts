/** The way of booking: the clinic decides which booking tools an agent has. */
import assert from "node:assert/strict";
import { weekdayAhead } from "../local/weekday_ahead.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { World } from "./support/world.ts";

const inWorld = sharedWorld();

const PATHS = {
  either: ["bookClinicAppointment", "reserveAppointment", "verifyBookingCode"],
  at_once: ["bookClinicAppointment"],
  code_first: ["reserveAppointment", "verifyBookingCode"],
};

/** The booking tools that the assistant has. */
async function booksBy(world: World, assistantId: string | null): Promise<string[]> {
  const current = await world.currentTools();
  const linked = world.toolIds(assistantId ?? "");
  return PATHS.either.filter((name) => linked.includes(current.get(name) ?? ""));
}

Deno.test("a clinic's choice of a path links the tools of that path to all its agents, and to nobody else's", () =>
  inWorld(async (world) => {
    const [ours, theirs] = [await world.org(), await world.org()];
    const { assistantId } = await world.saveAndSync(ours);
    const { assistantId: other } = await world.saveAndSync(theirs);
    assert.deepEqual(await booksBy(world, assistantId), PATHS.either);
    for (const path of ["code_first", "at_once", "either"] as const) {
      await world.stack
        .sql`update booking_policies set booking_path = ${path} where org_id = ${ours.id}`;
      await world.settled();
      assert.deepEqual(await booksBy(world, assistantId), PATHS[path]);
      assert.deepEqual(await booksBy(world, other), PATHS.either);
    }
  }));

Deno.test("an agent saved where the clinic has chosen begins with that path, and its other tools", () =>
  inWorld(async (world) => {
    const org = await world.org();
    await world.stack
      .sql`update booking_policies set booking_path = 'code_first' where org_id = ${org.id}`;
    const { assistantId } = await world.saveAndSync(org);
    assert.deepEqual(await booksBy(world, assistantId), PATHS.code_first);
    const all = await world.currentTools();
    assert.equal(world.toolIds(assistantId ?? "").length, all.size - 1);
  }));

Deno.test("where a code comes first, a call that books without one is refused, whatever the assistant carries", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    // Nothing is unlinked yet.
    world.stack.net.pause();
    await world.stack
      .sql`update booking_policies set booking_path = 'code_first' where org_id = ${org.id}`;
    const { perCall } = await world.stack.vapi.calls.callTool({
      assistantId: assistantId ?? "",
      toolName: "bookClinicAppointment",
      url: "https://backend.example.test/functions/v1/book-clinic-appointment",
      arguments: {
        patientName: "Test Patient",
        patientPhone: "+12025550142",
        appointmentDate: weekdayAhead(7),
        appointmentTime: "10:00",
      },
    });
    assert.match(perCall[0]?.given ?? "", /"code":"tool_disabled"/);
    assert.equal((await world.stack.sql`select from appointments`).length, 0);
  }));

Deno.test("agents of a clinic without a waiting list don't have its tool, and get it back with one sync", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    const { sql } = world.stack;
    const hasTool = async () => {
      const id = (await world.currentTools()).get("joinWaitlist") ?? "";
      return world.toolIds(assistantId ?? "").includes(id);
    };
    const syncs = async () => (await sql`select from jobs where org_id = ${org.id}`).length;
    assert.equal(await hasTool(), true);
    const before = await syncs();
    await sql`update booking_policies set waitlist_offer_minutes = null where org_id = ${org.id}`;
    await world.settled();
    assert.deepEqual([await hasTool(), await syncs()], [false, before + 1]);
    await sql`update booking_policies set waitlist_offer_minutes = 45 where org_id = ${org.id}`;
    await world.settled();
    // The number of minutes concerns only the offers.
    await sql`update booking_policies set waitlist_offer_minutes = 60 where org_id = ${org.id}`;
    await world.settled();
    assert.deepEqual([await hasTool(), await syncs()], [true, before + 2]);
    // Offers are texts, which the clinic may not want.
    await sql`update booking_policies set sms_confirmations = false where org_id = ${org.id}`;
    await world.settled();
    assert.equal(await hasTool(), false);
  }));
