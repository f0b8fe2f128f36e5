/** Which tool ids an assistant should carry: ours in or out, everybody else's untouched. */

/** Tools that are registered, by catalogue name → id at Vapi. */
export type CurrentTools = ReadonlyMap<string, string>;

export interface ToolChoice {
  /** Catalogue names that the agent asked for; null means all. */
  tools: string[] | null;
  /** Catalogue names that its organization switched off. */
  disabledTools: string[];
}

/** The tools that the agent's assistant should carry, in the catalogue's order. */
export function wantedTools(
  { tools, disabledTools }: ToolChoice,
  current: CurrentTools,
): CurrentTools {
  return new Map(
    [...current].filter(([name]) =>
      (tools === null || tools.includes(name)) && !disabledTools.includes(name)
    ),
  );
}

export interface LinkChange {
  toolIds: string[];
  link: string[];
  unlink: string[];
}

/** What an assistant refers to. */
interface References {
  toolIds: readonly string[];
  /** Pinned by `model.toolRefs`; Vapi takes such an id out of `toolIds` by itself. */
  toolRefIds: readonly string[];
}

/**
 * The assistant's new `toolIds`: those it has, less the leaving ones, plus the wanted ones that it lacks. What is both wanted
 * and leaving stays. `unlink` also names pinned references: they win over `toolIds`, so they must go too.
 */
export function changeLinks(
  { toolIds, toolRefIds }: References,
  wanted: readonly string[],
  leaving: ReadonlySet<string>,
): LinkChange {
  const carried = [...new Set([...toolIds, ...toolRefIds])];
  const unlink = carried.filter((id) => leaving.has(id) && !wanted.includes(id));
  const link = wanted.filter((id) => !carried.includes(id));
  return { toolIds: [...toolIds.filter((id) => !unlink.includes(id)), ...link], link, unlink };
}
