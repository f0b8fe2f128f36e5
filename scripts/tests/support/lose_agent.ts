import type { Sql } from "postgres";

/** Takes an agent out of the database without what follows from its deletion, as a restored backup does. */
export async function loseAgent(sql: Sql, agentId: string): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction`delete from agents where id = ${agentId}`;
  });
}
