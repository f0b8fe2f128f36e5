/** The end of a clinic, by its owner or an operator: at once for everybody who asks, and in batches for its rows. */
import assert from "node:assert/strict";
import { Clinic, clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";
import { World } from "../support/world.ts";

const stacks = clinics();
const FORBIDDEN = { status: 403, code: "VT002" };
const NAME = "Example Clinic";

async function founded() {
  const { stack } = stacks;
  const owner = await Person.signUp(stack);
  const orgId = await owner.founds({ p_name: NAME });
  return { owner, org: { p_org_id: orgId, p_name: NAME } };
}

/** Tables with rows of an organization, and what names it otherwise. */
async function tablesWith(orgId: string): Promise<string[]> {
  const { sql } = stacks.stack;
  const tables = await sql<{ name: string }[]>`
    select table_schema || '.' || table_name as name
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where column_name = 'org_id' and table_schema in ('public', 'private') and table_type = 'BASE TABLE'
    order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql`select from ${sql(name)} where org_id = ${orgId} limit 1`;
    if (rows.length > 0) found.push(name);
  }
  return found;
}

Deno.test("an owner deletes a clinic: nothing of it is served or seen any more, and its rows and assistants go", async () => {
  const { stack } = stacks;
  const { owner, org } = await founded();
  const orgId = org.p_org_id;
  const world = new World(stack);
  const { assistantId } = await world.saveAndSync({
    id: orgId,
    userId: owner.userId,
    accessToken: owner.accessToken,
  });
  assert.ok(assistantId);
  const calls = new Clinic(stack, orgId, "America/New_York");
  const booking = {
    patientName: "Test Patient",
    patientPhone: "+12025550142",
    appointmentDate: calls.day(),
    appointmentTime: "10:00",
  };
  const booked = await calls.call("bookClinicAppointment", booking, { assistantId });
  assert.equal(booked.result["success"], true, booked.text);

  await owner.isRefused(
    { status: 400, code: "VT004" },
    owner.rpc("delete_organization", { ...org, p_name: "Other" }),
  );
  const stranger = await Person.signUp(stack);
  await stranger.isRefused(FORBIDDEN, stranger.rpc("delete_organization", org));
  assert.deepEqual(await owner.does("delete_organization", org), { orgId, agents: 1 });

  assert.deepEqual(await owner.rows("organizations"), []);
  assert.deepEqual(await owner.rows("appointments"), []);
  for (const by of [{ assistantId }, { metadataOrgId: orgId }]) {
    const { error } = await calls.call("checkAvailability", { date: calls.day() }, by);
    assert.ok(error, JSON.stringify(by));
  }
  const texts = await stack.sql`select from jobs where org_id = ${orgId} and status = 'pending'`;
  assert.equal(texts.length, 0);
  await world.settled();
  assert.ok(!stack.vapi.state.assistants.has(assistantId));

  await stack.cron.run("delete-ended-organizations");
  assert.deepEqual(await tablesWith(orgId), []);
  const left = await stack.sql`select from organizations where id = ${orgId}`;
  assert.equal(left.length, 0);
});

Deno.test("an operator deletes a clinic, and that is on record; an owner of another one can't", async () => {
  const { stack } = stacks;
  const [one, two] = [await founded(), await founded()];
  await two.owner.isRefused(FORBIDDEN, two.owner.rpc("delete_organization", one.org));
  await two.owner.isRefused(FORBIDDEN, two.owner.rpc("operator_delete_organization", one.org));

  const operator = await Person.signUp(stack);
  await stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
  await operator.does("operator_delete_organization", one.org);
  await stack.cron.run("delete-ended-organizations");
  const left = await stack
    .sql`select id from organizations where id in (${one.org.p_org_id}, ${two.org.p_org_id})`;
  assert.deepEqual(left.map(({ id }) => id), [two.org.p_org_id]);
  const acts = await stack
    .sql`select actor from operator_actions where action = 'delete_organization' and target = ${one.org.p_org_id}`;
  assert.deepEqual(acts.map(({ actor }) => actor), [operator.userId]);
});
