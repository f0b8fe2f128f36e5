import type { ToolDefinition } from "../../../shared/tools/define.ts";

/** How a deployment's catalogue differs from that of the repository. */
export interface Release {
  /** Catalogue name → another description. */
  descriptions: Readonly<Record<string, string>>;
  /** Catalogue names that this deployment does not define. */
  without: readonly string[];
}

/** The code of the repository, unchanged. */
export const ORIGINAL: Release = { descriptions: {}, without: [] };

/** The catalogue of a release. */
export function releasedTools(
  catalogue: readonly ToolDefinition[],
  { descriptions, without }: Release,
): ToolDefinition[] {
  return catalogue.filter(({ name }) => !without.includes(name)).map((tool) => ({
    ...tool,
    description: descriptions[tool.name] ?? tool.description,
  }));
}
