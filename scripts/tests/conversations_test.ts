/** Conversations without a model: a share of what `deno task proof conversations` plays in full. */
import assert from "node:assert/strict";
import {
  describe,
  essentialsOf,
  planRuns,
  play,
  type Run,
  shareOf,
  startConversations,
} from "../converse/play.ts";
import { readScenarios } from "../converse/scenario.ts";
import type { Stack } from "../local/stack.ts";

let stack: Stack | undefined;
Deno.test.beforeAll(async () => {
  stack = await startConversations();
});
Deno.test.afterAll(() => stack?.close());

const runs = planRuns(await readScenarios());

async function assertAllEndWell(wanted: readonly Run[]): Promise<void> {
  assert.ok(stack !== undefined && wanted.length > 0);
  const failed = (await play(stack, wanted)).filter(({ problems }) => problems.length > 0);
  assert.equal(failed.length, 0, failed.map(describe).join("\n"));
}

Deno.test("what every clinic's phone is about ends as it should with a model that does as it is told", () =>
  assertAllEndWell(essentialsOf(runs)));

Deno.test("a share of all conversations ends as it should, whatever the model is like", () =>
  assertAllEndWell(shareOf(runs)));

Deno.test("there are 120 scenarios or more, each with a title of its own", () => {
  const titles = new Set(runs.map(({ scenario }) => `${scenario.topic}: ${scenario.title}`));
  assert.ok(titles.size >= 120, `There are ${titles.size}`);
  assert.equal(titles.size, new Set(runs.map(({ scenario }) => scenario)).size);
});
