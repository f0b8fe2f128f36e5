import assert from "node:assert/strict";
import { z } from "zod";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { defineTool, type ToolDefinition } from "../../shared/tools/define.ts";
import { holdId, jsonKind, text } from "../../shared/tools/fields.ts";
import { guidanceProblems, MAX_TOKENS, tokensOf } from "./guidance.ts";

const good = {
  name: "sayHello",
  slug: "say-hello",
  description: "Says hello. Use it when somebody calls.",
  args: { person: text("who it is", "Whom to greet.") },
  messages: [{ type: "request-start" as const, content: "One moment." }],
};

Deno.test("the catalogue follows the guidance", () => {
  assert.deepEqual(guidanceProblems(catalogue), []);
});

Deno.test(`the catalogue takes at most ${MAX_TOKENS} tokens, and more than a model could overlook`, () => {
  assert.ok(tokensOf(catalogue) > 500);
  assert.ok(tokensOf(catalogue) <= MAX_TOKENS);
});

const FAULTS: [string, ToolDefinition, RegExp][] = [
  [
    "names another tool",
    defineTool({ ...good, description: "Use it after sayGoodbye." }),
    /names sayGoodbye/,
  ],
  ["does not say when", defineTool({ ...good, description: "Says hello." }), /when to use it/],
  ["is silent", defineTool({ ...good, messages: [] }), /no request-start/],
  [
    "leaves an argument unexplained",
    defineTool({ ...good, args: { person: text("who", "") } }),
    /person has no description/,
  ],
  [
    "explains at length",
    defineTool({ ...good, args: { person: text("who", "Whom. ".repeat(40)) } }),
    /more than 160/,
  ],
  [
    "leaves the form of an id open",
    defineTool({ ...good, args: { holdId: text("the id", "Of an earlier answer.") } }),
    /holdId: its form is known/,
  ],
  [
    "takes an argument otherwise than another tool",
    defineTool({ ...good, args: { note: { ...holdId } } }),
    /note has several forms/,
  ],
];

const other = defineTool({
  ...good,
  name: "sayGoodbye",
  slug: "say-goodbye",
  args: {
    note: { kind: jsonKind(z.boolean(), "yes or no"), ask: "yes or no", description: "Whether." },
  },
});

for (const [what, tool, problem] of FAULTS) {
  Deno.test(`guidanceProblems() finds a tool that ${what}`, () => {
    const problems = guidanceProblems([tool, other]);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", problem);
  });
}

Deno.test("guidanceProblems() finds tools that take too much of the model together", () => {
  const many = Array.from(
    { length: 60 },
    (_, index) => defineTool({ ...good, name: `say${index}x`, slug: `say-${index}` }),
  );
  assert.match(guidanceProblems(many).join(), /more than 2000/);
});
