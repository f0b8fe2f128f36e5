/** What the database advisors find and we keep, with the reason. */

export type Allowed = {
  /** Name of the advisor: its file without `.sql`. */
  readonly advisor: string;
  readonly object: string;
  readonly reason: string;
};

export const allowed: readonly Allowed[] = [
  {
    advisor: "definer_function_executable",
    object: "private.admin_org_ids()",
    reason: "As private.member_org_ids().",
  },
  {
    advisor: "definer_function_executable",
    object: "private.member_org_ids()",
    reason: "Policies call it as the signed-in user; it tells that user's own organizations only.",
  },
];
