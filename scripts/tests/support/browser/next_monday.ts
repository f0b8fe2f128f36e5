import assert from "node:assert/strict";
import type { Person } from "../person.ts";

/** A Monday on which the clinic can be booked. */
export async function nextMonday(owner: Person, orgId: string): Promise<string> {
  const day = new Date(Date.now() + 2 * 86_400_000);
  while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() + 1);
  const date = day.toISOString().slice(0, 10);
  const { body } = await owner.rpc("find_slots", { p_org_id: orgId, p_from: date, p_until: date });
  assert.ok(Array.isArray(body) && body.length > 0, `the clinic is closed on ${date}`);
  return date;
}
