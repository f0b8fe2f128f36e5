import type { Observation } from "./observation.ts";

/** The smallest difference that clocks in milliseconds can show. */
const TOLERANCE_MS = 2;

/** Design: one writer per assistant at a time, according to the requests that reached Vapi. */
export function writerViolations({ requests }: Observation): string[] {
  const writes = requests.filter(({ route }) => route === "PATCH /assistant/:id");
  const violations: string[] = [];
  for (const [path, list] of Map.groupBy(writes, ({ path }) => path)) {
    const ordered = list.toSorted((a, b) => a.at - b.at);
    for (const [index, write] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined || before.ms === null) continue;
      if (write.at + TOLERANCE_MS < before.at + before.ms) {
        violations.push(`Two workers wrote ${path} at the same time`);
      }
    }
  }
  return violations;
}
