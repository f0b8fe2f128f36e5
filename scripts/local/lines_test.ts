import assert from "node:assert/strict";
import { textLines } from "./lines.ts";

async function lines(...chunks: string[]): Promise<string[]> {
  return await Array.fromAsync(textLines(bytesOf(chunks.map((text) => encoder.encode(text)))));
}

const encoder = new TextEncoder();

async function* bytesOf(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk;
}

Deno.test("textLines() cuts lines wherever the chunks end", async () => {
  assert.deepEqual(await lines("a\nb", "c\n", "\nd\r\n"), ["a", "bc", "", "d"]);
});

Deno.test("textLines() keeps a last line without an end", async () => {
  assert.deepEqual(await lines("a\nb"), ["a", "b"]);
  assert.deepEqual(await lines(), []);
});

Deno.test("textLines() puts a character together that two chunks share", async () => {
  const [first, ...others] = encoder.encode("é\n");
  const chunks = [Uint8Array.of(first ?? 0), Uint8Array.from(others)];
  assert.deepEqual(await Array.fromAsync(textLines(bytesOf(chunks))), ["é"]);
});
