const shownLines = 12;

/**
 * How two texts differ, for an error message: the lines that only one of them has, marked `-` (found) and `+` (expected), the first few of
 * each. Empty if the texts are equal.
 */
export function diffSummary(found: string, expected: string): string {
  if (found === expected) return "";
  const removed = linesOnlyIn(found, expected);
  const added = linesOnlyIn(expected, found);
  if (removed.length + added.length === 0) return "  the same lines in another order";
  return [...excerpt("-", removed), ...excerpt("+", added)].join("\n");
}

/** Counts lines, so that the loss of one of several equal lines is noticed. */
function linesOnlyIn(text: string, other: string): string[] {
  const spare = new Map<string, number>();
  for (const line of other.split("\n")) spare.set(line, (spare.get(line) ?? 0) + 1);
  return text.split("\n").filter((line) => {
    const left = spare.get(line) ?? 0;
    if (left > 0) spare.set(line, left - 1);
    return left === 0;
  });
}

function excerpt(mark: string, lines: string[]): string[] {
  const shown = lines.slice(0, shownLines).map((line) => `  ${mark} ${line}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, `  ${mark} … and ${rest} more lines`] : shown;
}
