/** A migration's run as workers see it, and transactions that are open beside it. */
import assert from "node:assert/strict";
import type { ReservedSql, Sql, TransactionSql } from "postgres";

export interface Claimed {
  id: string;
  lease_token: string;
  payload: { kind: string; agentId?: string };
}

export interface Runs {
  start(force?: boolean, org?: string | null): Promise<{ runId: string; isNew: boolean }>;
  // deno-lint-ignore no-explicit-any -- assertions look into it
  report(id: string): Promise<any>;
  /** Claims everything that is due, as workers of both kinds would. */
  claim(): Promise<Claimed[]>;
  succeed(job: Claimed, outcome?: string): Promise<unknown>;
  fail(job: Claimed, code: string, permanent?: boolean): Promise<unknown>;
  makeDue(): Promise<unknown>;
  expireLeases(): Promise<unknown>;
}

export function runsOf(sql: Sql): Runs {
  const value = async <T>(query: Promise<{ value: T }[]>) => (await query)[0]!.value;
  return {
    start: (force = false, org: string | null = null) =>
      value<{ runId: string; isNew: boolean }>(
        sql`select start_backfill(${org}, ${force}) as value`,
      ),
    // deno-lint-ignore no-explicit-any -- assertions look into it
    report: (id: string) => value<any>(sql`select backfill_report(${id}) as value`),
    claim: async () => {
      await sql`select private.close_backfills()`;
      return [...await sql<Claimed[]>`select * from private.claim('tool-sync', 100, '1 minute')`];
    },
    succeed: ({ id, lease_token }: Claimed, outcome = "updated") =>
      sql`select complete_job(${id}, ${lease_token}, ${sql.json({ outcome })})`,
    fail: ({ id, lease_token }: Claimed, code: string, permanent = false) =>
      sql`select fail_job(${id}, ${lease_token}, ${
        sql.json({ code, message: code })
      }, ${permanent})`,
    makeDue: () =>
      sql`update jobs set run_at = now() - interval '1 second' where status = 'pending'`,
    expireLeases: () =>
      sql`update jobs set lease_until = now() - interval '1 second' where status = 'running'`,
  };
}

class RolledBack extends Error {}

/** Looks at something in a transaction that leaves nothing behind. */
export async function rolledBack(
  sql: Sql,
  look: (transaction: TransactionSql) => Promise<void>,
): Promise<void> {
  await assert.rejects(
    sql.begin(async (transaction) => {
      await look(transaction);
      throw new RolledBack();
    }),
    RolledBack,
  );
}

export interface OpenTransaction extends AsyncDisposable {
  sql: ReservedSql;
  commit(): Promise<void>;
}

/** A transaction that stays open until it is committed, or rolled back at the end of its scope. */
export async function transactionOf(sql: Sql): Promise<OpenTransaction> {
  const connection = await sql.reserve();
  await connection`begin`;
  let isOpen = true;
  const end = async (how: "commit" | "rollback") => {
    if (!isOpen) return;
    isOpen = false;
    await connection.unsafe(how);
    connection.release();
  };
  return {
    sql: connection,
    commit: () => end("commit"),
    [Symbol.asyncDispose]: () => end("rollback"),
  };
}
