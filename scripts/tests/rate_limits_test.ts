/** How much one organization may ask for: counted in the database, so that it holds across all functions. */
import assert from "node:assert/strict";
import { type Answer, type Clinic, clinics, SHAPES } from "./support/clinic.ts";
import { World } from "./support/world.ts";

const world = clinics();

/** Who saves agents in these tests. */
let savers: World | undefined;
const people = () => savers ??= new World(world.stack);

/** PostgREST's connections to the database, as in scripts/local/postgrest.ts. */
const CONNECTIONS = 20;

const TOO_MUCH =
  "Too much is being asked of the booking system at the moment. Please try again in a minute.";

async function limit(orgId: string, limits: { toolCalls?: number; saves?: number }): Promise<void> {
  await world.stack.sql`
    update rate_limits set
      tool_calls_per_minute = coalesce(${limits.toolCalls ?? null}, tool_calls_per_minute),
      saves_per_minute = coalesce(${limits.saves ?? null}, saves_per_minute)
    where org_id = ${orgId}`;
}

/** Runs the work again if the clock's minute changed in the meantime, since counting then starts again: that failure does not count. */
async function withinOneMinute<T>(work: () => Promise<T>): Promise<T> {
  const minute = async () => {
    const [row] = await world.stack.sql`select date_trunc('minute', now())::text as minute`;
    return row?.minute;
  };
  for (;;) {
    const begun = await minute();
    const [ended] = await Promise.allSettled([work()]);
    if (await minute() !== begun) continue;
    if (ended.status === "rejected") throw ended.reason;
    return ended.value;
  }
}

/** Requests the same day this many times, simultaneously. */
async function check(clinic: Clinic, times: number): Promise<Answer[]> {
  const args = { date: clinic.day() };
  return await Promise.all(
    Array.from({ length: times }, () => clinic.call("checkAvailability", args)),
  );
}

Deno.test("a clinic that may ask for nothing more is told so in every format, and nothing is done", async () => {
  const clinic = await world.open();
  await limit(clinic.id, { toolCalls: 0 });
  for (const shape of SHAPES) {
    const { status, error, result } = await clinic.call("bookClinicAppointment", {
      patientName: "Test Patient",
      patientPhone: "+15551230001",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
    }, { shape });
    assert.equal(status, 200);
    assert.equal(error ?? result.message, TOO_MUCH);
  }
  assert.deepEqual(await clinic.states(), []);
});

Deno.test("the limit holds across functions and calls at once, but for those under way, and for one clinic alone", async () => {
  const [admitted, others] = await withinOneMinute(async () => {
    const [clinic, other] = [await world.open(), await world.open()];
    await limit(clinic.id, { toolCalls: 20 });
    const answers = await check(clinic, 60);
    const through = answers.filter(({ error }) => error === null).length;
    // By now nothing is under way any more.
    for (const tool of ["checkAvailability", "reserveSlot", "vapi-webhook"]) {
      const { text } = await clinic.call(tool, { date: clinic.day(), time: "10:00" });
      assert.match(text, tool === "vapi-webhook" ? /can't do that here/ : /Too much/);
    }
    return [through, await check(other, 30)];
  });
  assert.ok(admitted >= 20 && admitted < 20 + CONNECTIONS, `${admitted} of 60 were let through`);
  assert.ok(others.every(({ error }) => error === null));
});

Deno.test("a call that is delivered again is answered and not counted", async () => {
  await withinOneMinute(async () => {
    const clinic = await world.open();
    await limit(clinic.id, { toolCalls: 1 });
    const options = { callId: crypto.randomUUID(), toolCallId: "again" };
    const args = { date: clinic.day(), time: "10:00" };
    const first = await clinic.call("reserveSlot", args, options);
    for (let i = 0; i < 3; i++) {
      assert.equal((await clinic.call("reserveSlot", args, options)).text, first.text);
    }
  });
});

Deno.test("a new minute starts from zero, whatever the last one came to", async () => {
  const clinic = await world.open();
  await limit(clinic.id, { toolCalls: 5 });
  await world.stack.sql`
    insert into private.rate_counts (org_id, what, lane, minute, used)
    select ${clinic.id}, 'tool_calls', lane, date_trunc('minute', now()) - interval '1 minute', 5 from generate_series(0, 63) lane`;
  assert.equal((await check(clinic, 1))[0]?.error, null);
  const [count] = await world.stack.sql`
    select sum(used)::int as used from private.rate_counts
    where org_id = ${clinic.id} and minute > (select min(minute) from private.rate_counts where org_id = ${clinic.id})`;
  assert.equal(count?.used, 1);
});

Deno.test("a save beyond the limit gets 429, with the seconds to wait where a browser can read them", async () => {
  const org = await people().org();
  assert.equal((await people().save(org)).status, 200);
  await limit(org.id, { saves: 0 });

  const { status, headers, body } = await people().save(org, { name: "One too many" });
  assert.equal(status, 429);
  assert.equal(body.error?.code, "rate_limited");
  const seconds = Number(headers.get("retry-after"));
  assert.ok(seconds >= 1 && seconds <= 60, `${seconds} s`);
  assert.deepEqual(body.error.details, { retryAfterSeconds: seconds });
  assert.match(headers.get("access-control-expose-headers") ?? "", /retry-after/);
  const agents = await world.stack.sql`select name from agents where org_id = ${org.id}`;
  assert.deepEqual(agents.map(({ name }) => name), ["Front desk"]);
});

Deno.test("an agent beyond the organization's quota gets 403 and is not made, until the operator raises it", async () => {
  const [org, other] = [await people().org(), await people().org()];
  const quota = (agents: number) =>
    world.stack.sql`update rate_limits set max_agents = ${agents} where org_id = ${org.id}`;
  await quota(3);

  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => people().save(org, { name: `Agent ${n}` })),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 200, 200, 403, 403, 403]);
  const refused = answers.find(({ status }) => status === 403);
  assert.equal(refused?.body.error?.code, "quota_reached");
  assert.match(refused?.body.error?.message ?? "", /has 3 agents and may have no more/);
  const [agent] = answers.filter(({ status }) => status === 200);
  const { agentId, version } = agent!.body;
  assert.equal((await people().save(org, { agentId, version, name: "Renamed" })).status, 200);
  assert.equal((await people().save(other)).status, 200);

  await quota(4);
  assert.equal((await people().save(org, { name: "One more" })).status, 200);
});

Deno.test("an organization may have 200 agents, and save fewer in a minute than are synced meanwhile", async () => {
  const org = await world.open();
  const [limits] = await world.stack.sql`
    select max_agents, saves_per_minute from rate_limits where org_id = ${org.id}`;
  assert.deepEqual({ ...limits }, { max_agents: 200, saves_per_minute: 120 });
});
