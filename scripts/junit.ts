/** Counts test cases, steps included, in the JUnit report that `deno test --junit-path` writes. */
export function countTests(report: string): { passed: number; failed: number; skipped: number } {
  const cases = report.match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
  const failed = cases.filter((text) => /<(failure|error)\b/.test(text)).length;
  const skipped = cases.filter((text) => /<skipped\b/.test(text)).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}
