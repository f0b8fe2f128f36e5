/** Reads the JUnit report that `deno test --junit-path` writes. Steps are separate cases in it. */

/** Counts test cases, steps included. */
export function countTests(report: string): { passed: number; failed: number; skipped: number } {
  const cases = casesOf(report);
  const failed = cases.filter((text) => /<(failure|error)\b/.test(text)).length;
  const skipped = cases.filter((text) => /<skipped\b/.test(text)).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}

/** Names of the tests that passed, those of steps too. */
export function passedTests(report: string): string[] {
  return casesOf(report).filter((text) => !/<(failure|error|skipped)\b/.test(text))
    .map((text) => unescape(/ name="([^"]*)"/.exec(text)?.[1] ?? ""));
}

/** Tests that failed in the same way. */
export interface Failure {
  /** What the error says, in one line. */
  reason: string;
  /** Names, in the order in which they ran. */
  tests: string[];
}

/** The failures by reason, the most frequent first. A test that failed only because of its steps is not among them. */
export function failuresByReason(report: string): Failure[] {
  const byReason = new Map<string, string[]>();
  for (const text of casesOf(report)) {
    const [, attribute = ""] = /<(?:failure|error) message="([^"]*)"/.exec(text) ?? [];
    const reason = unescape(attribute).replace(/^Uncaught /, "").replace(/\s+/g, " ").trim();
    if (reason === "" || /^\d+ test steps? failed$/.test(reason)) continue;
    const name = unescape(/ name="([^"]*)"/.exec(text)?.[1] ?? "");
    byReason.set(reason, [...byReason.get(reason) ?? [], name]);
  }
  return [...byReason].map(([reason, tests]) => ({ reason, tests }))
    .sort((a, b) => b.tests.length - a.tests.length);
}

function casesOf(report: string): string[] {
  return report.match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

function unescape(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
