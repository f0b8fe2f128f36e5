/** Everything about a storm that left something wrong, as JSON lines: one list of facts per line. */
import type { Platform } from "../platform.ts";

export interface RecordOptions {
  trouble: readonly unknown[];
  /** In order. */
  deeds: readonly string[];
}

/** Writes it to a new file and returns its path. Parts that are no longer available are named with the reason. */
export async function recordTrouble(
  { stack, ledger }: Platform,
  { trouble, deeds }: RecordOptions,
): Promise<string> {
  const { sql, vapi } = stack;
  const parts: Record<string, () => unknown> = {
    trouble: () => trouble.map((each) => each instanceof Error ? each.stack ?? each.message : each),
    deeds: () => deeds,
    agents: () => sql`select * from agents order by created_at`,
    jobs: () => sql`select * from jobs order by created_at`,
    tools: () => sql`select * from vapi_tools order by name, created_at`,
    queues: () => sql`select * from queues`,
    runs: () => sql`select * from backfill_runs order by requested_at`,
    runAgents: () => sql`select * from backfill_agents where outcome is null or outcome = 'failed'`,
    texts: () => sql`select * from sms_messages order by created_at`,
    appointments: () => sql`select * from appointments order by created_at`,
    vapiChanges: () =>
      vapi.journal.changes.map((change) => ({
        ...change,
        byHand: ledger.handMade.has(change.seq),
      })),
    vapiRequests: () => vapi.requests.all,
    logs: () => stack.functions.logs().map(({ slug, line }) => `${slug} ${line}`),
  };
  const lines: string[] = [];
  for (const [name, read] of Object.entries(parts)) {
    let value: unknown;
    try {
      value = await read();
    } catch (error) {
      value = `Cannot be read: ${error}`;
    }
    lines.push(JSON.stringify({ [name]: value }));
  }
  const path = await Deno.makeTempFile({ prefix: "storm-", suffix: ".jsonl" });
  await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  return path;
}
