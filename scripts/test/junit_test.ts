import assert from "node:assert/strict";
import { countTests, failuresByReason } from "./junit.ts";

Deno.test("countTests() counts passed, failed and ignored cases", () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.1">
  <testsuite name="a_test.ts" tests="4" disabled="1" errors="0" failures="1">
    <testcase name="one" classname="a_test.ts" time="0.1" line="1" col="6">
    </testcase>
    <testcase name="two" classname="a_test.ts" time="0.1" line="2" col="6"/>
    <testcase name="three &gt; step" classname="a_test.ts" time="0.1" line="3" col="6">
      <failure message="Error: no">Error: no</failure>
    </testcase>
    <testcase name="four" classname="a_test.ts" time="0.0" line="4" col="6">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>`;
  assert.deepEqual(countTests(report), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("countTests() finds nothing in an empty report", () => {
  assert.deepEqual(countTests("<testsuites/>"), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("failuresByReason() tells what failed in which way, the most frequent first, and no test for its steps", () => {
  const failing = (name: string, message: string) =>
    `<testcase name="${name}" classname="a_test.ts" time="0.1" line="1" col="6">
      <failure message="${message}">at a_test.ts:1</failure>
    </testcase>`;
  const report = `<testsuites><testsuite name="a_test.ts">
    ${failing("alone", "Uncaught Error: gone")}
    ${failing("around", "1 test step failed")}
    ${failing("around &gt; first", "Uncaught AssertionError: &quot;a&quot;\n\n1 !== 2\n")}
    <testcase name="fine" classname="a_test.ts"/>
    ${failing("second", "Uncaught AssertionError: &quot;a&quot;\n\n1 !== 2\n")}
  </testsuite></testsuites>`;
  assert.deepEqual(failuresByReason(report), [
    { reason: 'AssertionError: "a" 1 !== 2', tests: ["around > first", "second"] },
    { reason: "Error: gone", tests: ["alone"] },
  ]);
});
