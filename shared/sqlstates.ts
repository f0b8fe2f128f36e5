/**
 * Error codes that the SQL functions raise (`raise exception using errcode = …`), by meaning.
 * Class VT is unused by Postgres and PostgREST. Messages raised with these codes are safe for users.
 */
export const SQLSTATES = {
  not_found: "VT001",
  forbidden: "VT002",
  /** `detail` is the current version, an integer. */
  version_conflict: "VT003",
  /** `detail` is a JSON list of `{path, message}`. */
  invalid_input: "VT004",
  tenant_conflict: "VT005",
  tenant_unknown: "VT006",
  lease_lost: "VT007",
  name_taken: "VT008",
  /** `detail` is how many seconds to wait. */
  rate_limited: "VT009",
  quota_reached: "VT010",
} as const;

const CODE_BY_SQLSTATE: ReadonlyMap<string, string> = new Map(
  Object.entries(SQLSTATES).map(([code, sqlstate]) => [sqlstate, code]),
);

/** The error code that a SQLSTATE of ours stands for; null for any other. */
export function errorCodeOf(sqlstate: string): string | null {
  return CODE_BY_SQLSTATE.get(sqlstate) ?? null;
}
