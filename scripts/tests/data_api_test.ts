/**
 * What the Data API shows to whom, over HTTP: the matrix of database/access, through the entrance that strangers use. Every table, view and
 * function of the catalog, as every actor.
 */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { startStack } from "../local/stack.ts";
import { isLong, sample } from "./support/amount.ts";
import { type ActorName, actorNames, actors, orgs } from "./support/access/actors.ts";
import { readRelations, readRoutines, type Relation } from "./support/access/catalog.ts";
import {
  policyHelpers,
  type RelationAccess,
  relations,
  requestChecks,
  userFunctions,
} from "./support/access/matrix.ts";
import { insertSamples, ownerColumn } from "./support/access/sample_rows.ts";
import { DataApi } from "./support/data_api.ts";
import { askRaw } from "./support/raw_http.ts";
import { launchHere } from "./support/launch_here.ts";

/** One actor of each kind, for every table; all actors if there is time. database/access_matrix_test.ts asks as all of them. */
const KINDS: readonly ActorName[] = ["anon", "member of A", "service"];
const asked = isLong ? actorNames : KINDS;
const strangers = asked.filter((name) => name !== "service");

/** A different actor in turn, so that each tries a share of everything. */
function askedOf(index: number): ActorName[] {
  const others = actorNames.filter((name) => !asked.includes(name));
  const other = others[index % others.length];
  return other === undefined ? [...asked] : [...asked, other];
}

Deno.test("the Data API shows everybody what the matrix says, and no more", async (test) => {
  const stack = await startStack({ cron: false, vapi: false, launch: launchHere });
  try {
    const api = new DataApi(stack);
    const found = await readRelations(stack.sql);
    const tables = found.filter(({ isView }) => !isView);
    await insertSamples(stack.sql, tables);
    const before = await contents(stack.sql, tables);

    for (const [index, relation] of found.entries()) {
      const access = relations[relation.name];
      assert.ok(access, `${relation.name} has no row in the matrix`);
      await test.step(relation.name, async () => {
        for (const name of askedOf(index)) await assertShows(api, relation, access, name);
        for (const name of askedOf(index)) {
          if (name !== "service") await assertKeepsOut(api, relation, access, name);
        }
      });
    }
    await test.step("nothing was changed by trying", async () => {
      assert.deepEqual(await contents(stack.sql, tables), before);
    });
    await test.step("functions are open only to those for whom they are meant", () =>
      assertNoFunctions(api, stack.sql));
    await test.step("other schemas are out of reach, and plans untold", () => assertOneSchema(api));
    await test.step("estimated counts are for nobody but our functions", () =>
      assertNoEstimates(api));
    await test.step("nor behind a second header", () => assertNoHiddenEstimates(api, found));
    await test.step("the description names nothing that one may not use", () =>
      assertDescription(api));
  } finally {
    await stack.close();
  }
});

function accessOf(access: RelationAccess, name: ActorName): RelationAccess["member"] {
  const { role, membership, isOperator } = actors[name];
  if (role === "anon") return access.anon;
  if (role === "service_role") return access.service;
  if (isOperator && access.operator) return access.operator;
  return membership?.role === "admin" || membership?.role === "owner"
    ? access.admin
    : access.member;
}

async function assertShows(
  api: DataApi,
  relation: Relation,
  access: RelationAccess,
  name: ActorName,
): Promise<void> {
  const { select } = accessOf(access, name);
  if (select === undefined) return await api.assertRefused(name, relation.name);

  if (select === "none") return assert.deepEqual(await api.rows(name, relation.name), []);

  const owner = ownerColumn(relation);
  const isLimited = access.memberColumns !== undefined && name !== "service";
  const columns = isLimited ? access.memberColumns ?? [] : ["*"];
  const path = `${relation.name}?select=${columns.join(",")}`;
  const rows = await api.rows(name, path);
  if (name === "service" || owner === undefined) return assert.ok(rows.length > 0);

  const own = actors[name].membership?.org;
  assert.ok(rows.every((row) => row[owner] === (own && orgs[own])), `${name}: ${relation.name}`);
  assert.equal(rows.length > 0, own !== undefined, `${name}: ${relation.name}`);

  const others = own === "a" ? orgs.b : orgs.a;
  assert.deepEqual(await api.rows(name, `${path}&${owner}=eq.${others}`), []);
  const counted = await api.ask(name, path, { headers: { prefer: "count=exact" } });
  assert.match(counted.headers.get("content-range") ?? "", new RegExp(`/${rows.length}$`));
  if (!isLimited) return;
  for (const { name: column } of relation.columns) {
    if (!columns.includes(column)) {
      await api.assertRefused(name, `${relation.name}?select=${column}`);
    }
  }
  await api.assertRefused(name, relation.name);
}

/** Nobody writes into B, or moves a row there: everybody who may write at all belongs to A. */
async function assertKeepsOut(
  api: DataApi,
  relation: Relation,
  access: RelationAccess,
  name: ActorName,
): Promise<void> {
  const column = ownerColumn(relation) ?? relation.columns[0]?.name ?? "";
  const body = JSON.stringify({ [column]: orgs.b });
  const filtered = `${relation.name}?${column}=not.is.null`;
  const writes: [string, { method: string; body?: string }][] = [
    [relation.name, { method: "POST", body }],
    [relation.name, { method: "POST", body: `[${body},${body}]` }],
    [filtered, { method: "PATCH", body }],
    [filtered, { method: "DELETE" }],
  ];
  const removal = accessOf(access, name).delete;
  // An actor who may remove their own rows is told that there was nothing of theirs among B's.
  if (removal !== undefined) {
    writes.pop();
    const { status } = await api.ask(name, `${relation.name}?${column}=eq.${orgs.b}`, {
      method: "DELETE",
    });
    assert.equal(status, 204, `${name}: ${relation.name}`);
  }
  for (const [path, init] of writes) {
    if (!relation.isView) {
      await api.assertRefused(name, path, init);
      continue;
    }
    // A view that can't be written says so (55000) before it looks at privileges, and PostgREST makes a 500 of that.
    const { status, text } = await api.ask(name, path, init);
    const what = `${name}: ${init.method} ${path} → ${status} ${text}`;
    assert.ok(["42501", "55000"].includes(JSON.parse(text).code), what);
  }
}

async function assertNoFunctions(api: DataApi, sql: Sql): Promise<void> {
  const named = await sql<{ name: string; arguments: string[] }[]>`
    select proname as name, coalesce(proargnames[1:pronargs], '{}') as arguments
    from pg_proc where pronamespace = 'public'::regnamespace`;
  const listed = new Set((await readRoutines(sql, "public")).map(({ name }) => name));
  for (const { name: fn, arguments: names } of named.filter(({ name }) => listed.has(name))) {
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
    const kept = userFunctions.includes(fn) ? ["anon" as const] : strangers;
    for (const name of kept) {
      await api.assertRefused(name, `rpc/${fn}`, { method: "POST", body });
    }
  }
  const helpers = [
    ...policyHelpers,
    ...requestChecks,
    "org_of_call",
    "enqueue",
    "call_function",
    "http_post",
  ];
  for (const fn of helpers) {
    for (const name of asked) {
      const { status } = await api.ask(name, `rpc/${fn}`, { method: "POST", body: "{}" });
      assert.equal(status, 404, `${name} reached ${fn}`);
    }
  }
}

async function assertOneSchema(api: DataApi): Promise<void> {
  for (const schema of ["private", "auth", "vault", "net", "cron", "extensions", "pg_catalog"]) {
    for (const name of asked) {
      const reading = { headers: { "accept-profile": schema } };
      assert.equal((await api.ask(name, "users", reading)).status, 406, `${name}: ${schema}`);
      const writing = { method: "POST", body: "{}", headers: { "content-profile": schema } };
      assert.equal((await api.ask(name, "rpc/crypt", writing)).status, 406, `${name}: ${schema}`);
    }
  }
  const plan = { headers: { accept: "application/vnd.pgrst.plan+json" } };
  assert.equal((await api.ask("member of A", "agents", plan)).status, 415);
}

async function assertNoEstimates(api: DataApi): Promise<void> {
  for (const name of strangers) {
    for (const method of ["GET", "HEAD"]) {
      for (
        const prefer of [
          ...[
            "count=planned",
            "count=estimated",
            "return=minimal, count=planned",
            "Count = Planned",
          ],
        ]
      ) {
        const { status, headers } = await api.ask(name, "agents?select=id", {
          method,
          headers: { prefer },
        });
        const what = `${name}: ${method} ${prefer}`;
        assert.equal(status, 403, what);
        assert.equal(headers.get("content-range"), null, what);
      }
    }
  }
  const exact = await api.ask("member of A", "agents?select=id", {
    headers: { prefer: "count=exact" },
  });
  assert.match(exact.headers.get("content-range") ?? "", /\/\d+$/);
  const planned = await api.ask("service", "agents?select=id", {
    headers: { prefer: "count=planned" },
  });
  assert.ok(planned.status < 300, planned.text);
}

/** PostgREST accepts a repeated header, and shows the database only the last one. None of our clients can send that. */
async function assertNoHiddenEstimates(api: DataApi, found: readonly Relation[]): Promise<void> {
  const proof = await api.headersOf("member of A");
  const readable = found.filter(({ name }) => relations[name]?.member.select !== undefined);
  assert.ok(readable.length > 20);
  for (const { name } of sample(readable, 5)) {
    const column = relations[name]?.memberColumns?.[0] ?? "*";
    for (
      const prefer of [
        ["Prefer: count=planned", "Prefer: return=minimal"],
        ["prefer: handling=lenient, count=planned", "PREFER: count=exact"],
        ["Prefer: count=planned", "Prefer: "],
      ]
    ) {
      const { status, text } = await askRaw(
        `${api.stack.restUrl}/${name}?select=${column}`,
        { headers: [...proof, ...prefer] },
      );
      const what = `${name}: ${prefer.join(" and ")}: ${text}`;
      assert.equal(status, 403, what);
      assert.doesNotMatch(text, /content-range: .*\/\d/i, what);
    }
  }
  const exact = await askRaw(`${api.stack.restUrl}/agents?select=id`, {
    headers: [...proof, "Prefer: count=exact", "Prefer: return=minimal"],
  });
  assert.match(exact.text, /content-range: .*\/\d+\r/i);
}

async function assertDescription(api: DataApi): Promise<void> {
  const paths = async (name: ActorName) => {
    const { status, text } = await api.ask(name, "");
    assert.equal(status, 200, text);
    return Object.keys(JSON.parse(text).paths).filter((path) => path !== "/").toSorted();
  };
  assert.deepEqual(await paths("anon"), []);
  const readable = Object.entries(relations).filter(([, { member }]) =>
    member.select !== undefined
  );
  assert.deepEqual(
    await paths("member of A"),
    [...readable.map(([name]) => `/${name}`), ...userFunctions.map((name) => `/rpc/${name}`)]
      .toSorted(),
  );
}

/** All rows of all tables, as text. */
async function contents(sql: Sql, tables: readonly Relation[]): Promise<Map<string, string>> {
  const entries = tables.map(async ({ name }): Promise<[string, string]> => {
    const [row] = await sql.unsafe<{ rows: string }[]>(
      `select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]')::text as rows from public."${name}" t`,
    );
    return [name, row?.rows ?? ""];
  });
  return new Map(await Promise.all(entries));
}
