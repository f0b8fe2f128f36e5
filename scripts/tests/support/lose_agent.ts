import type { Sql } from "postgres";

/** Removes an agent from the database without the consequences of a deletion, as restoring a backup does. */
export async function loseAgent(sql: Sql, agentId: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction`delete from agents where id = ${agentId}`;
  });
}
