/** What the database advisors find and we keep, with the reason. */

export type Allowed = {
  /** Name of the advisor: its file without `.sql`. */
  readonly advisor: string;
  readonly object: string;
  readonly reason: string;
};

export const allowed: readonly Allowed[] = [];
