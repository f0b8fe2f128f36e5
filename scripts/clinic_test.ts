/** `deno task clinic add` and supabase/seed.sql against a running stack: what exists afterwards, and after a second run. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import * as api from "../console/client/mod.ts";
import { repository } from "./local/migrations.ts";
import { withSql } from "./local/sql.ts";
import { clinics } from "./tests/support/clinic.ts";

const stacks = clinics();

const addedSchema = z.object({
  orgId: z.uuid(),
  isNew: z.boolean(),
  owner: z.object({ email: z.string(), userId: z.uuid(), password: z.string().nullable() }),
});

/** Runs the command against the stack; not on a terminal. */
async function clinic(...args: string[]) {
  const { apiUrl, secretKey } = stacks.stack;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/clinic.ts", ...args],
    cwd: repository,
    env: { SUPABASE_URL: apiUrl, SUPABASE_SECRET_KEY: secretKey, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** What the owner sees, signed in. */
async function signIn(email: string, password: string) {
  const { apiUrl, publishableKey } = stacks.stack;
  const client = api.connect(apiUrl, publishableKey, {
    keepsSession: false,
  });
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  assert.equal(error, null);
  return { client, userId: data.user?.id ?? "" };
}

const CLINIC = [
  ...["add", "--name=Harbour Clinic", "--timezone=Europe/London", "--country=gb", "--json"],
  ...["--owner=Owner@Harbour.example.com", "--phone=+442079460020", "--number=number-at-vapi"],
  ...["--hours=mon-tue 08:00-12:00, mon 13:00-18:00"],
];

Deno.test("clinic add makes the owner, the clinic, its hours and its number, and nothing the second time", async () => {
  const first = await clinic(...CLINIC);
  assert.equal(first.code, 0, first.stderr);
  const { orgId, isNew, owner } = addedSchema.parse(JSON.parse(first.stdout));
  assert.equal(isNew, true);
  assert.equal(owner.email, "owner@harbour.example.com");

  const { client, userId } = await signIn(owner.email, owner.password ?? "");
  const memberships = await api.listMemberships(client, userId);
  assert.deepEqual(memberships.map(({ org_id, role }) => [org_id, role]), [[orgId, "owner"]]);
  const { timezone, country, phone, business_hours, phone_numbers } = await api.readSettings(
    client,
    orgId,
  );
  assert.deepEqual([timezone, country, phone], ["Europe/London", "GB", "+442079460020"]);
  assert.deepEqual(business_hours.map(({ weekday, opens, closes }) => [weekday, opens, closes]), [
    [1, "08:00:00", "12:00:00"],
    [1, "13:00:00", "18:00:00"],
    [2, "08:00:00", "12:00:00"],
  ]);
  assert.deepEqual(phone_numbers.map((each) => each.vapi_phone_number_id), ["number-at-vapi"]);

  const second = await clinic(...CLINIC);
  assert.equal(second.code, 0, second.stderr);
  const again = addedSchema.parse(JSON.parse(second.stdout));
  assert.deepEqual(again, { orgId, isNew: false, owner: { ...owner, password: null } });
  assert.equal((await api.readSettings(client, orgId)).business_hours.length, 3);
  assert.equal((await api.listMemberships(client, userId)).length, 1);
});

Deno.test("clinic says what is missing or wrong, and which of it is the clinic's fault, by its exit code", async () => {
  const rest = ["--name=X", "--timezone=Europe/London", "--owner=owner@example.com"];
  const cases: [number, RegExp, string[]][] = [
    [0, /^Adds a clinic/, ["--help"]],
    [2, /No command was given/, []],
    [2, /There is no "remove"/, ["remove"]],
    [2, /Missing: --country/, ["add", ...rest]],
    [2, /Cannot read the hours "always"/, ["add", ...rest, "--country=GB", "--hours=always"]],
    [1, /UK/, ["add", ...rest, "--country=UK"]],
    [1, /"nobody" is not an e-mail address/, ["add", ...rest, "--country=GB", "--owner=nobody"]],
  ];
  for (const [code, said, args] of cases) {
    const done = await clinic(...args);
    assert.equal(done.code, code, args.join(" ") + done.stderr);
    assert.match(done.stdout + done.stderr, said);
  }
});

Deno.test("supabase/seed.sql makes a clinic whose owner can sign in, and nothing the second time", async () => {
  const seed = await Deno.readTextFile(join(repository, "supabase/seed.sql"));
  await withSql(stacks.stack.dbUrl, async (sql) => {
    for (let time = 0; time < 2; time++) await sql.unsafe(seed);
  });
  const { client, userId } = await signIn("owner@clinic.example.com", "local-development");
  const memberships = await api.listMemberships(client, userId);
  assert.deepEqual(memberships.map(({ organizations }) => organizations.name), ["Example Clinic"]);
});
