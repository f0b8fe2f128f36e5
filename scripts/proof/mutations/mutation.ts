/** A build that is broken on purpose. */
export interface Mutation {
  /** What was taken away. */
  what: string;
  file: string;
  /** Occurs in the file exactly once. */
  from: string;
  to: string;
  /** The test file that fails. */
  test: string;
  /** Limits the run to these tests, as `--filter`. */
  filter?: string;
}

/** Path of a migration by its name. */
export const migration = (name: string): string => `supabase/migrations/${name}.sql`;
