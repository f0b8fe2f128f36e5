import type { Sql, TransactionSql } from "postgres";

/** Lets a test change visits by SQL, as the permitted functions do, but without the consequences. */
export async function changeVisits(
  sql: Sql,
  work: (transaction: TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select private.allow_change_of_visits(true)`;
    await work(transaction);
  });
}
