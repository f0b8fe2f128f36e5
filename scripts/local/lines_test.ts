import assert from "node:assert/strict";
import { TextLineStream } from "./lines.ts";

async function lines(...chunks: string[]): Promise<string[]> {
  return await Array.fromAsync(ReadableStream.from(chunks).pipeThrough(new TextLineStream()));
}

Deno.test("TextLineStream cuts lines wherever the chunks end", async () => {
  assert.deepEqual(await lines("a\nb", "c\n", "\nd\r\n"), ["a", "bc", "", "d"]);
});

Deno.test("TextLineStream keeps a last line without an end", async () => {
  assert.deepEqual(await lines("a\nb"), ["a", "b"]);
  assert.deepEqual(await lines(), []);
});
