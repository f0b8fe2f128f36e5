/** A single connection for a piece of work, closed whatever comes of it. */

import postgres from "postgres";

export type SqlOptions = {
  /** False: arrays are neither sent nor understood, for which a connection first asks the catalogue, longer than most work takes. */
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
