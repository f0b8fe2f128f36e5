/** What is stored about people: only where docs/data-map.md says, and only for as long. */
import assert from "node:assert/strict";
import { type Stack, startStack } from "../local/stack.ts";
import { Clinic } from "./support/clinic.ts";
import { type DataMap, readDataMap } from "./support/data_map.ts";
import { PATIENT, patientsStory, type Story } from "./support/patients_story.ts";
import { findIn, type Finding, scanTables } from "./support/personal_scan.ts";
import { quiet } from "./support/world.ts";
import { launchHere } from "./support/launch_here.ts";

let stack: Stack;
let story: Story;
let map: DataMap;

Deno.test.beforeAll(async () => {
  stack = await startStack({
    cron: false,
    launch: launchHere,
    integrations: { twilio: { delivers: true } },
  });
  [story, map] = [await patientsStory(stack), await readDataMap()];
});
Deno.test.afterAll(() => stack.close());

const told = ({ where, kind, text }: Finding) => `${kind} in ${where}: ${text.slice(0, 300)}`;

Deno.test("the story had phones, codes and keys to betray", () => {
  assert.equal(story.phones.length, 4);
  assert.ok(new Set(story.codes).size >= 3, story.codes.join());
  assert.ok(story.secrets.every((secret) => secret.length >= 15));
});

Deno.test("no table holds a number, address or name but where the data map says, and none a code or a key", async () => {
  const found = await scanTables(stack.sql, story);
  const unexpected = found.filter(({ where, kind }) => {
    const held = map.columns.get(where) ?? [];
    return kind === "code" || kind === "secret" ||
      !(held.includes(kind) || held.includes("free text"));
  });
  assert.deepEqual([...new Set(unexpected.map(told))], []);

  const used = new Set(found.map(({ where }) => where));
  for (
    const column of [
      "contacts.phone",
      "appointments.patient_name",
      "waitlist_entries.patient_name",
      "calendar_busy.google_calendar_id",
      "sms_messages.body",
    ]
  ) {
    assert.ok(used.has(column), `the scan sees what is in ${column}`);
  }
});

Deno.test("no log line holds anything of people, nor a code or a key", () => {
  const lines = stack.functions.logs();
  assert.ok(lines.length > 100, `${lines.length} lines`);
  const found = lines.flatMap(({ slug, line }) => findIn(`the log of ${slug}`, line, story));
  assert.deepEqual(found.map(told), []);
});

Deno.test("the data map names every table, and columns that exist", async () => {
  const tables = await stack.sql<{ schema: string; name: string }[]>`
    select relnamespace::regnamespace::text as schema, relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace in ('public'::regnamespace, 'private'::regnamespace)`;
  const unnamed = tables.filter(({ name }) => !map.named.has(name)).map(({ name }) => name);
  assert.deepEqual(unnamed, []);
  for (const column of map.columns.keys()) {
    const [name, table, schema = "public"] = column.split(".").reverse();
    const there = await stack.sql`
      select from information_schema.columns
      where table_schema = ${schema} and table_name = ${table ?? ""} and column_name = ${
      name ?? ""
    }`;
    assert.equal(there.length, 1, `${column} exists`);
  }
});

Deno.test("the data map names every job that forgets something, and no other", async () => {
  const jobs = await stack.sql<{ jobname: string }[]>`
    select jobname from cron.job where jobname ~ '^(forget|empty|clean)-' order by jobname`;
  const aboutFigures = "forget-sums";
  assert.deepEqual(
    map.jobs.toSorted(),
    jobs.map(({ jobname }) => jobname).filter((name) => name !== aboutFigures),
  );
});

// For how long ------------------------------------------------------------------------------------

interface Keeping {
  readonly job: string;
  readonly table: string;
  /** What gets old. */
  readonly column: string;
  readonly days: number;
  /** Which rows of the table are meant, and what is left of them in the end, if they stay. */
  readonly where?: string;
  readonly emptied?: string;
}

const keepings: readonly Keeping[] = [
  { job: "forget-tool-calls", table: "tool_calls", column: "created_at", days: 30 },
  { job: "forget-calls", table: "calls", column: "created_at", days: 180 },
  { job: "forget-codes", table: "verification_codes", column: "created_at", days: 7 },
  {
    job: "empty-old-sms",
    table: "sms_messages",
    column: "created_at",
    days: 30,
    where: "status not in ('queued', 'sending')",
    emptied: "recipient is null and body is null",
  },
  { job: "empty-old-sms", table: "sms_messages", column: "created_at", days: 400 },
  {
    job: "empty-old-emails",
    table: "emails",
    column: "created_at",
    days: 30,
    emptied: "recipient is null and body is null",
  },
  { job: "empty-old-emails", table: "emails", column: "created_at", days: 400 },
  {
    job: "forget-expired-holds",
    table: "appointments",
    column: "updated_at",
    days: 30,
    where: "state = 'expired'",
  },
  {
    job: "forget-contacts",
    table: "contacts",
    column: "created_at",
    days: 30,
    where: "id not in (select contact_id from appointments where contact_id is not null)",
  },
  {
    job: "forget-waitlist",
    table: "waitlist_entries",
    column: "updated_at",
    days: 30,
    where: "state = 'removed'",
  },
  { job: "clean-up", table: "alerts", column: "resolved_at", days: 180 },
  { job: "clean-up", table: "private.attempts", column: "started_at", days: 14 },
  {
    job: "clean-up",
    table: "jobs",
    column: "finished_at",
    days: 30,
    where: "status = 'succeeded'",
  },
  { job: "forget-backfills", table: "backfill_runs", column: "finished_at", days: 180 },
  { job: "forget-backfills", table: "private.backfill_plans", column: "requested_at", days: 30 },
  { job: "forget-verifications", table: "verifications", column: "checked_at", days: 90 },
  { job: "forget-http-responses", table: "net._http_response", column: "created", days: 1 / 24 },
];

for (const { job, table, column, days, where = "true", emptied } of keepings) {
  const span = days < 1 ? `${days * 24} hour` : `${days} days`;
  Deno.test(`${table} is ${emptied ? "emptied" : "forgotten"} after ${span}, and not before`, async () => {
    const { sql, cron } = stack;
    await sql`update appointments set state = 'expired', hold_expires_at = null where state = 'held'`;
    await sql`update waitlist_entries set state = 'removed'`;
    await sql`update alerts set state = 'resolved', resolved_at = now()`;
    await sql`insert into verifications (ok, summary, findings) values (true, '{}', '[]')`;
    await sql`
      insert into backfill_runs (force_update, prune_duplicates, organizations, agents, finished_at)
      values (false, false, 0, 0, now())`;
    await sql`insert into private.backfill_plans (force_update, prune_duplicates) values (false, false)`;
    await sql`
      insert into private.attempts (job_id, lease_token, started_at)
      select id, gen_random_uuid(), now() from jobs limit 1`;

    await sql`
      insert into contacts (org_id, phone) select id, '+15550109999' from organizations on conflict do nothing`;

    const left = async () => (await sql.unsafe(`select from ${table} where ${where}`)).length;
    const age = async (margin: string) => {
      // Without triggers, which would set updated_at to now.
      await sql.begin(async (transaction) => {
        await transaction`set local session_replication_role = replica`;
        await transaction.unsafe(
          `update ${table} set ${column} = now() - make_interval(secs => ${
            days * 86_400
          }) ${margin} where ${where}`,
        );
      });
      await cron.run(job);
    };
    const before = await left();
    assert.ok(before > 0, "there is something to forget");
    await age("+ interval '1 minute'");
    assert.equal(await left(), before);
    await age("- interval '1 minute'");
    assert.equal(await left(), emptied ? before : 0);
    if (!emptied) return;
    const full = await sql.unsafe(`select from ${table} where ${where} and not (${emptied})`);
    assert.equal(full.length, 0);
  });
}

Deno.test("a code that was never sent is not kept longer than it is valid", async () => {
  const { sql, cron, net } = stack;
  const [org] = await sql<{ id: string }[]>`select id from organizations limit 1`;
  assert.ok(org);
  await quiet(stack, "outbox");
  const clinic = new Clinic(stack, org.id, "America/New_York");
  const { result } = await clinic.call("reserveAppointment", {
    ...PATIENT,
    appointmentDate: clinic.day(3),
    appointmentTime: "15:00",
  });
  assert.equal(result.success, true);
  const texts = () => sql`select body from sms_messages where kind = 'code' and body is not null`;
  await cron.run("empty-old-codes");
  assert.equal((await texts()).length, 1);

  await sql`update sms_messages set expires_at = now() - interval '1 second' where kind = 'code'`;
  await cron.run("empty-old-codes");
  assert.equal((await texts()).length, 0);

  // What is left is not sent either.
  net.resume();
  await clinic.post("outbox", {}, { headers: { apikey: stack.secretKey } });
  await net.idle();
});
