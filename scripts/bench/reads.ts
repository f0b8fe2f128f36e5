/** `deno task bench --reads`: what views and row-level security cost the console's reads when there is a lot to read. */
import { type Stack, startStack } from "../local/stack.ts";
import { Person } from "../tests/support/person.ts";
import { print, printJson, progress } from "../cli.ts";
import { PLANNED_AFTER, undisturbed } from "./measure.ts";
import { fillClinics } from "./reads/clinic.ts";
import { type Read, readsOf } from "./reads/reads.ts";

/** The most that a read may take, as a multiple of its plain SQL. */
const MOST_OF_PLAIN = 1.5;

export interface ReadResult {
  readonly name: string;
  readonly rows: number;
  /** Time of the server, at the lower quartile; without planning, since PostgREST's connections keep their plans. */
  readonly askedMs: number;
  readonly plainMs: number;
  readonly ratio: number;
}

/** Returns the exit code: 0 if no read takes more than allowed. */
export async function benchReads(
  { samples, json }: { samples: number; json: boolean },
): Promise<number> {
  const results = await measureReads(samples);
  const met = results.every(isMet);
  if (json) printJson({ met, mostOfPlain: MOST_OF_PLAIN, reads: results });
  else print(results.map(describe).join("\n"));
  return met ? 0 : 1;
}

async function measureReads(samples: number): Promise<ReadResult[]> {
  const stack = await startStack({ cron: false, vapi: false });
  try {
    stack.net.pause();
    const { reads, member } = await prepare(stack);
    const results: ReadResult[] = [];
    for (const read of reads) results.push(await measure(stack, read, { member, samples }));
    return results;
  } finally {
    await stack.close();
  }
}

async function prepare(stack: Stack): Promise<{ reads: Read[]; member: string }> {
  progress("Filling two clinics");
  const [ours] = await fillClinics(stack.sql);
  const { userId } = await Person.signUp(stack);
  await stack
    .sql`insert into members (org_id, user_id, role) values (${ours}, ${userId}, 'member')`;
  const [found] = await stack.sql<{ agent: string; day: string }[]>`
    select (select id from agents where org_id = ${ours} limit 1) as agent,
      (select min(starts_at)::date::text from appointments where org_id = ${ours}) as day`;
  if (found === undefined) throw new Error("Nothing was filled in");
  return { reads: readsOf(ours, found.agent, found.day), member: userId };
}

async function measure(
  stack: Stack,
  { name, asked, plain }: Read,
  { member, samples }: { member: string; samples: number },
): Promise<ReadResult> {
  const rows = await run(stack, rowsOf(asked), member);
  if (JSON.stringify(rows) !== JSON.stringify(await run(stack, rowsOf(plain), null))) {
    throw new Error(`Plain SQL reads something else: ${name}`);
  }
  const times = { asked: [] as number[], plain: [] as number[] };
  // In turns, so that whatever else the machine does affects both.
  for (let n = 0; n < PLANNED_AFTER + samples; n++) {
    const took = {
      asked: await serverTime(stack, rowsOf(asked), member),
      plain: await serverTime(stack, rowsOf(plain), null),
    };
    if (n < PLANNED_AFTER) continue;
    times.asked.push(took.asked);
    times.plain.push(took.plain);
  }
  const askedMs = Number(undisturbed(times.asked).toPrecision(3));
  const plainMs = Number(undisturbed(times.plain).toPrecision(3));
  const count = Array.isArray(rows) ? rows.length : 0;
  return { name, rows: count, askedMs, plainMs, ratio: Number((askedMs / plainMs).toPrecision(3)) };
}

/** In the form in which PostgREST answers them. */
const rowsOf = (query: string): string =>
  `with source as (${query}) select coalesce(json_agg(source), '[]') as rows from source`;

/** `member`: whose row-level security applies; null if none does. */
function run(stack: Stack, statement: string, member: string | null): Promise<unknown> {
  return stack.sql.begin(async (sql) => {
    if (member !== null) {
      await sql`select set_config('request.jwt.claims', ${
        JSON.stringify({ sub: member, role: "authenticated" })
      }, true)`;
      await sql`set local role authenticated`;
    }
    const [row] = await sql.unsafe(statement);
    return row?.["rows"] ?? row?.["QUERY PLAN"];
  });
}

async function serverTime(stack: Stack, statement: string, member: string | null): Promise<number> {
  const plan = await run(
    stack,
    `explain (analyze, timing off, summary on, format json) ${statement}`,
    member,
  );
  const [times]: unknown[] = Array.isArray(plan) ? plan : [];
  return Number(Object(times)["Execution Time"]);
}

const isMet = ({ ratio }: ReadResult): boolean => ratio <= MOST_OF_PLAIN;

function describe(result: ReadResult): string {
  const { name, rows, askedMs, plainMs, ratio } = result;
  return `${
    isMet(result) ? "✓" : "✗"
  } ${name}: ${rows} rows, ${askedMs} ms, plain SQL ${plainMs} ms (× ${ratio}, at most ${MOST_OF_PLAIN})`;
}
