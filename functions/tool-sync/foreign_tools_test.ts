import assert from "node:assert/strict";
import type { VapiTool } from "../../shared/vapi/port.ts";
import { createToolNames } from "./foreign_tools.ts";

function listOf(...tools: [id: string, name: string | null][]) {
  let reads = 0;
  return {
    reads: () => reads,
    async *pages(): AsyncGenerator<VapiTool[]> {
      reads++;
      for (const [id, name] of tools) {
        await Promise.resolve();
        const definition = name === null ? {} : { function: { name } };
        yield [{ id, type: "function", createdAt: "2026-01-05T10:00:00.000Z", ...definition }];
      }
    },
  };
}

const signal = new AbortController().signal;

Deno.test("createToolNames() reads the list once for all who ask", async () => {
  const list = listOf(["a", "check"], ["b", "book"]);
  const names = createToolNames(list);
  const [first, second] = await Promise.all([names.of(["a"], signal), names.of(["b"], signal)]);
  assert.deepEqual([...first, ...second], [["a", "check"], ["b", "book"]]);
  await names.of(["b", "a"], signal);
  assert.equal(list.reads(), 1);
});

Deno.test("createToolNames() leaves out ids without a function of that id, and asks for them once", async () => {
  const list = listOf(["native", null]);
  const names = createToolNames(list);
  assert.deepEqual([...await names.of(["native", "dangling"], signal)], []);
  assert.deepEqual([...await names.of(["dangling"], signal)], []);
  assert.equal(list.reads(), 1);
});

Deno.test("createToolNames() names tools of Vapi's own that our agents have too by their type", async () => {
  const createdAt = "2026-01-05T10:00:00.000Z";
  const tools = ["transferCall", "dtmf"].map((type) => ({ id: type, type, createdAt }));
  const names = createToolNames({
    async *pages() {
      yield await Promise.resolve(tools);
    },
  });
  const found = await names.of(["transferCall", "dtmf"], signal);
  assert.deepEqual([...found], [["transferCall", "transferCall"]]);
});

Deno.test("createToolNames() does not read for nothing", async () => {
  const list = listOf();
  await createToolNames(list).of([], signal);
  assert.equal(list.reads(), 0);
});

Deno.test("createToolNames() lets a read that failed be tried again", async () => {
  const list = listOf(["a", "check"]);
  let fails = true;
  const names = createToolNames({
    pages() {
      if (!fails) return list.pages();
      fails = false;
      throw new Error("down");
    },
  });
  await assert.rejects(names.of(["a"], signal), /down/);
  assert.deepEqual([...await names.of(["a"], signal)], [["a", "check"]]);
});
