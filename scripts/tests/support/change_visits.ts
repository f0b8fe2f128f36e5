import type { Sql, TransactionSql } from "postgres";

/** Lets a test change visits by SQL, as the functions do that may: without what would follow from it. */
export async function changeVisits(
  sql: Sql,
  work: (transaction: TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`select private.allow_change_of_visits(true)`;
    await work(transaction);
  });
}
