/** Which tool ids an assistant should carry: ours in or out, everybody else's untouched. */

/** Tools that are registered, by catalogue name → id at Vapi. */
export type CurrentTools = ReadonlyMap<string, string>;

export interface ToolChoice {
  /** Catalogue names that the agent asked for; null means all. */
  tools: string[] | null;
  /** Catalogue names that its organization switched off. */
  disabledTools: string[];
}

/** Ids that the agent's assistant should carry, in the catalogue's order. */
export function wantedToolIds(choice: ToolChoice, current: CurrentTools): string[] {
  return [...current]
    .filter(([name]) => choice.tools === null || choice.tools.includes(name))
    .filter(([name]) => !choice.disabledTools.includes(name))
    .map(([, id]) => id);
}

export interface LinkChange {
  toolIds: string[];
  link: string[];
  unlink: string[];
}

/**
 * The assistant's new `toolIds`: those it has, less ours that it should not have, plus ours that it lacks.
 * `ours` holds every id that we ever registered and may have linked: current, retired, and already deleted ones.
 */
export function changeLinks(
  observed: readonly string[],
  wanted: readonly string[],
  ours: ReadonlySet<string>,
): LinkChange {
  const unlink = observed.filter((id) => ours.has(id) && !wanted.includes(id));
  const link = wanted.filter((id) => !observed.includes(id));
  return { toolIds: [...observed.filter((id) => !unlink.includes(id)), ...link], link, unlink };
}
