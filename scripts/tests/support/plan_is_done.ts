/** Compares a dry run with what the real run then does. */
import assert from "node:assert/strict";
import { type DryRunReport, dryRunSchema } from "../../../functions/migrate-tools/report.ts";
import type { Stack } from "../../local/stack.ts";
import { api, runMigration } from "./migration.ts";
import { quiet, World } from "./world.ts";

/** Every row of every table, with its version: a row that was updated without a change differs. */
async function dump({ sql }: Stack): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'private', 'auth', 'net', 'cron', 'vault') order by 1`;
  const dumps = tables.map(async ({ name }) => {
    const rows = await sql.unsafe(
      `select ctid::text, xmin::text, to_jsonb(t) as row from ${name} t order by ctid`,
    );
    return [name, JSON.stringify(rows)] as const;
  });
  return new Map(await Promise.all(dumps));
}

/** Everything at Vapi. */
export function stateOf({ vapi }: Stack): string {
  return JSON.stringify([[...vapi.state.tools], [...vapi.state.assistants]]);
}

async function planOf(stack: Stack, body: Record<string, unknown> = {}): Promise<DryRunReport> {
  const { status, body: answer } = await api(stack, "POST", "", { ...body, dryRun: true });
  assert.equal(status, 200, JSON.stringify(answer));
  return dryRunSchema.parse(answer);
}

type Names = ReadonlyMap<string, string>;

function toolNames({ vapi }: Stack): Map<string, string> {
  return new Map([...vapi.state.tools].map(([id, tool]) => [
    id,
    tool.type === "function" ? tool.function?.name ?? "" : tool.type,
  ]));
}

/** What has happened to an agent's assistant, in the words of a plan. */
function changeOf(
  before: Stack["vapi"]["state"]["assistants"],
  after: Stack["vapi"]["state"]["assistants"],
  { oldId, newId, names }: { oldId: string; newId: string; names: Names },
) {
  const idsOf = (assistants: typeof before, id: string) => assistants.get(id)?.model?.toolIds ?? [];
  const inlineOf = (assistants: typeof before, id: string) =>
    (assistants.get(id)?.model?.tools ?? []).length;
  const [had, has] = [idsOf(before, oldId), idsOf(after, newId)];
  const isUntouched = JSON.stringify(before.get(oldId)) === JSON.stringify(after.get(newId));
  return {
    action: oldId !== newId ? "create" : isUntouched ? "none" : "update",
    linked: has.filter((id) => !had.includes(id)).map((id) => names.get(id)).sort(),
    gone: had.filter((id) => !has.includes(id)).sort(),
    inlineGone: oldId === newId ? inlineOf(before, oldId) - inlineOf(after, newId) : 0,
  };
}

function planned({ action, tools }: DryRunReport["plan"][number]) {
  return {
    action,
    linked: tools.link.toSorted(),
    gone: [...tools.unlink, ...tools.replace].map(({ vapiToolId }) => vapiToolId)
      .filter((id) => id !== null).sort(),
    inlineGone: tools.replace.filter(({ vapiToolId }) => vapiToolId === null).length,
  };
}

/** Does a dry run and a real one, and compares them. */
export async function assertPlanIsDone(
  world: World,
  parameters: Record<string, unknown> = {},
): Promise<DryRunReport> {
  const { stack } = world;
  const [database, state] = [await dump(stack), stateOf(stack)];
  const mark = stack.vapi.requests.seq;
  const plan = await planOf(stack, parameters);
  assert.deepEqual(stack.vapi.requests.writes(mark), []);
  const written = [...await dump(stack)].filter(([name, rows]) => rows !== database.get(name));
  assert.deepEqual(written.map(([name]) => name), [], "no table was written");
  assert.equal(stateOf(stack), state, "Vapi is as it was");

  const before = new Map(stack.vapi.state.assistants);
  const namesBefore = toolNames(stack);
  const start = stack.vapi.requests.seq;
  stack.net.resume();
  const report = await runMigration(stack, parameters);
  await world.settled();
  await quiet(stack);
  const after = stack.vapi.state.assistants;
  const names = new Map([...namesBefore, ...toolNames(stack)]);
  const ids = await stack.sql<{ id: string; assistant_id: string }[]>`
    select id, assistant_id from agents`;
  const newIds = new Map(ids.map((row) => [row.id, row.assistant_id]));
  for (const entry of plan.plan) {
    const newId = newIds.get(entry.agentId) ?? "";
    assert.deepEqual(
      changeOf(before, after, { oldId: entry.assistantId, newId, names }),
      planned(entry),
      entry.agentName,
    );
  }
  const unplanned = [...before.keys()].filter((id) =>
    !plan.plan.some(({ assistantId }) => assistantId === id)
  );
  for (const id of unplanned) assert.deepEqual(after.get(id), before.get(id));

  const writes = stack.vapi.requests.writes(start).map(({ method }) => method);
  const count = (method: string) => writes.filter((each) => each === method).length;
  assert.deepEqual(
    { post: count("POST"), patch: count("PATCH"), delete: count("DELETE") },
    { post: plan.vapiCalls.post, patch: plan.vapiCalls.patch, delete: plan.vapiCalls.delete },
  );
  for (const key of ["organizations", "agents", "tools", "successRate"] as const) {
    assert.deepEqual(plan[key], report[key], key);
  }
  return plan;
}
