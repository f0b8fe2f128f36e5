/** A single connection for one task, closed however that ends. */

import postgres from "postgres";

export type SqlOptions = {
  /**
   * False: arrays are neither sent nor understood. For them a connection first queries the catalogue, which takes longer than most tasks.
   */
  readonly arrays?: boolean;
};

export async function withSql<T>(
  url: string,
  work: (sql: postgres.Sql) => Promise<T>,
  { arrays = true }: SqlOptions = {},
): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, fetch_types: arrays });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
