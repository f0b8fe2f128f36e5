/** Organizations and roles, tested on a real database: every statement that the Data API could run, as each actor. */

import { deepEqual, equal } from "node:assert/strict";
import { join } from "node:path";
import type { Sql } from "postgres";
import { repository } from "../../local/migrations.ts";
import { openDatabase } from "../../schema/with_database.ts";
import { type ActorName, actorNames, actors } from "../support/access/actors.ts";
import { attemptVerb, columnsFor, mayExecute } from "../support/access/attempt.ts";
import { readRelations, readRoutines, type Relation } from "../support/access/catalog.ts";
import { expectedOutcome, type Outcome } from "../support/access/expected.ts";
import {
  policyHelpers,
  type RelationAccess,
  relations,
  requestChecks,
  serverFunctions,
  userFunctions,
  type Verb,
  verbs,
} from "../support/access/matrix.ts";
import { insertSamples } from "../support/access/sample_rows.ts";
import { shareServer } from "../support/share_server.ts";

shareServer();

let database: Awaited<ReturnType<typeof openDatabase>>;
let sql: Sql;
Deno.test.beforeAll(async () => {
  database = await openDatabase();
  sql = database.sql;
  const tables = (await readRelations(sql)).filter(({ isView }) => !isView);
  await insertSamples(sql, tables);
});
Deno.test.afterAll(() => database.close());

const matrixFile = "scripts/tests/support/access/matrix.ts";

Deno.test("every table and view lets each actor do what the matrix says, and no more", async (test) => {
  const found = await readRelations(sql);
  await test.step(`every table and view has a row in ${matrixFile}`, () => {
    deepEqual(found.map(({ name }) => name).filter((name) => !relations[name]), []);
  });
  for (const relation of found) {
    const access = relations[relation.name];
    if (!access) continue;
    await test.step(relation.name, async () => {
      deepEqual(await outcomes(sql, relation), expected(access));
      const columns = relation.columns.map(({ name }) => name);
      deepEqual(
        await columnsFor(sql, actors["member of A"], relation, "select"),
        access.member.select ? access.memberColumns ?? columns : [],
      );
    });
  }
  await test.step("the matrix names nothing that is gone", () => {
    const names = found.map(({ name }) => name);
    deepEqual(Object.keys(relations).filter((name) => !names.includes(name)), []);
  });
});

Deno.test("users may write the columns that docs/people-api.md says, and no others", async () => {
  const granted = await sql<{ name: string; columns: string }[]>`
    select c.relname as name, string_agg(a.attname, ' ' order by a.attname) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and a.attname <> 'org_id'
      and has_column_privilege('authenticated', c.oid, a.attnum, 'insert, update')
    group by c.relname order by c.relname`;
  deepEqual(
    [...granted].map(({ name, columns }) => `${name}: ${columns}`),
    (await writableColumns()).toSorted(),
  );
  const moved = await sql`
    select attrelid::regclass::text as name from pg_attribute
    where attname in ('id', 'org_id') and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      and has_column_privilege('authenticated', attrelid, attnum, 'update')`;
  deepEqual([...moved], []);
});

Deno.test("every function is open to those whom the matrix names, and to nobody else", async (test) => {
  const routines = await readRoutines(sql, "public");
  await test.step(`every function has a row in ${matrixFile}`, () => {
    deepEqual(
      routines.filter(({ name }) => ![...serverFunctions, ...userFunctions].includes(name)).map((
        { signature },
      ) => signature),
      [],
    );
  });
  for (const routine of routines) {
    await test.step(routine.signature, async () => {
      for (const name of actorNames) {
        const role = userFunctions.includes(routine.name) ? "authenticated" : "service_role";
        equal(await mayExecute(sql, actors[name], routine), actors[name].role === role, name);
      }
    });
  }
  await test.step("the matrix names nothing that is gone", () => {
    const names = routines.map(({ name }) => name);
    deepEqual([...serverFunctions, ...userFunctions].filter((name) => !names.includes(name)), []);
  });
});

Deno.test("users may execute nothing of ours but their rpcs and what policies call, and read nothing in private", async () => {
  const open = await sql<{ role: string; name: string }[]>`
    select role, p.proname as name
    from pg_proc p cross join unnest('{anon, authenticated}'::text[]) role
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
      and has_function_privilege(role, p.oid, 'execute')`;
  deepEqual(
    [...open].map(({ role, name }) => `${role}: ${name}`).toSorted(),
    [
      ...requestChecks.map((name) => `anon: ${name}`),
      ...[...policyHelpers, ...userFunctions, ...requestChecks].map((name) =>
        `authenticated: ${name}`
      ),
    ].toSorted(),
  );
  const tables = await sql`
    select c.oid::regclass::text as name
    from pg_class c cross join unnest('{anon, authenticated}'::text[]) role
    where c.relnamespace = 'private'::regnamespace and c.relkind in ('r', 'v', 'm')
      and has_any_column_privilege(role, c.oid, 'select, insert, update, references')`;
  deepEqual([...tables], []);
});

Deno.test("nobody may truncate a table, refer to it or hang a trigger on it through the Data API's roles", async () => {
  const open = await sql`
    select role, c.relname as name
    from pg_class c cross join unnest('{anon, authenticated, service_role}'::text[]) role
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm')
      and has_table_privilege(role, c.oid, 'truncate, references, trigger, maintain')`;
  deepEqual([...open], []);
});

/** Last, because it changes the rows. */
Deno.test("members see their organization's sync jobs, and no other queue's", async () => {
  const jobs = (await readRelations(sql)).find(({ name }) => name === "jobs");
  if (!jobs) throw new Error("Table jobs is gone");
  await sql`update jobs set queue = 'outbox'`;
  equal(await attemptVerb(sql, actors["member of A"], jobs, "select"), "none");
});

/** The settings of docs/people-api.md: `table: column column …`. */
async function writableColumns(): Promise<string[]> {
  const page = await Deno.readTextFile(join(repository, "docs/people-api.md"));
  const [, section = ""] = page.split("columns they may write");
  const rows = section.split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return rows.map((row) => {
    const [table = "", _verbs, ...columns] = row.split("|").slice(1);
    // The form of a value is in brackets.
    const names = [...columns.join("").replaceAll(/\([^)]*\)/g, "").matchAll(/`(\w+)`/g)];
    return `${table.trim().replaceAll("`", "")}: ${
      names.map(([, name]) => name).toSorted().join(" ")
    }`;
  });
}

/** By `<actor>: <verb>`. */
type Outcomes = Record<string, Outcome>;

const cases = actorNames.flatMap((actor) => verbs.map((verb) => ({ actor, verb })));

async function outcomes(sql: Sql, relation: Relation): Promise<Outcomes> {
  const found: Outcomes = {};
  for (const { actor, verb } of cases) {
    found[`${actor}: ${verb}`] = relation.isView && verb !== "select"
      ? await viewOutcome(sql, relation, actor, verb)
      : await attemptVerb(sql, actors[actor], relation, verb);
  }
  return found;
}

/** A view that cannot be written says so before it looks at privileges, so the privileges themselves are read instead. */
async function viewOutcome(
  sql: Sql,
  { name }: Relation,
  actor: ActorName,
  verb: Verb,
): Promise<Outcome> {
  const [row] = await sql<{ granted: boolean }[]>`
    select has_table_privilege(${actors[actor].role}, ${`public."${name}"`}, ${verb}) as granted`;
  return row?.granted ? "all" : "refused";
}

function expected(access: RelationAccess): Outcomes {
  return Object.fromEntries(
    cases.map(({ actor, verb }) => [
      `${actor}: ${verb}`,
      expectedOutcome(access, actors[actor], verb),
    ]),
  );
}
