/** What a migration deletes at Vapi: asked about explicitly, and never done without being asked for. */

export interface Destructive {
  forceUpdate?: boolean | undefined;
  pruneDuplicates?: boolean | undefined;
}

/** One line per option that deletes something, with what it deletes; none for a run that only adds and links. */
function destructive({ forceUpdate, pruneDuplicates }: Destructive): string[] {
  return [
    ...(forceUpdate
      ? ["--force-update registers every tool anew and deletes the ones that are there now"]
      : []),
    ...(pruneDuplicates
      ? [
        "--prune-duplicates deletes tools at Vapi that have the name and path of ours and that no assistant uses",
      ]
      : []),
  ];
}

/** The question before a run. It names what would be deleted. */
export function question(
  url: string,
  { orgId, ...flags }: Destructive & { orgId?: string | undefined },
): string {
  const whose = orgId === undefined ? "all organizations" : `organization ${orgId}`;
  const warnings = destructive(flags).map((line) => `! ${line}\n`).join("");
  return `${warnings}Link the tools to the assistants of ${whose} at ${url}?`;
}

/** Why a run is not begun when nobody can be asked; null if it may be. */
export function refusal(flags: Destructive): string | null {
  const lines = destructive(flags);
  if (lines.length === 0) return null;
  return `${lines.join("\n")}\nNobody can be asked here. Say --yes, or look with --dry-run`;
}
