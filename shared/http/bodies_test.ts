import assert from "node:assert/strict";
import { AppError } from "./errors.ts";
import { parseInput, readJson, readText } from "./bodies.ts";
import { z } from "zod";

const post = (body: BodyInit) => new Request("http://localhost/", { method: "POST", body });
const code = (expected: string) => (error: unknown) =>
  error instanceof AppError && error.code === expected;

Deno.test("readJson() returns the parsed body", async () => {
  assert.deepEqual(await readJson(post('{"a":[1,"ü"]}')), { a: [1, "ü"] });
});

Deno.test("readJson() returns what an empty body stands for, where it may be left out", async () => {
  const nobody = () => new Request("http://localhost/", { method: "POST" });
  assert.deepEqual(await readJson(nobody(), { empty: {} }), {});
  assert.deepEqual(await readJson(post('{"a":1}'), { empty: {} }), { a: 1 });
  await assert.rejects(() => readJson(post("{"), { empty: {} }), code("invalid_json"));
});

Deno.test("readJson() throws invalid_json for anything else, an empty body included", async () => {
  for (const body of ["", "{", "undefined"]) {
    await assert.rejects(() => readJson(post(body)), code("invalid_json"));
  }
  await assert.rejects(() => readJson(new Request("http://localhost/")), code("invalid_json"));
});

Deno.test("readText() stops reading an endless body at the limit", async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1_000;
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  await assert.rejects(
    () => readText(post(endless), { maxBytes: 10_000 }),
    code("payload_too_large"),
  );
  assert.ok(sent < 20_000, `read ${sent} bytes`);
});

Deno.test("readText() counts bytes and joins characters that chunks cut apart", async () => {
  const bytes = new TextEncoder().encode("€");
  const split = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, 1));
      controller.enqueue(bytes.slice(1));
      controller.close();
    },
  });
  assert.equal(await readText(post(split), { maxBytes: 3 }), "€");
  await assert.rejects(() => readText(post("€"), { maxBytes: 2 }), code("payload_too_large"));
});

Deno.test("readText() takes a body at its word about its length, to which the server holds it", async () => {
  const received: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const text = await readText(request, { maxBytes: 10 }).catch((error) => error.code);
      received.push(text);
      return new Response(text);
    },
  );
  for (const [length, body] of [[3, "€"], [4, "more than it said"], [11, "eleven byte"]]) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    const head = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${length}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(`${head}${body}`));
    await connection.read(new Uint8Array(1_000));
    connection.close();
  }
  await server.shutdown();
  assert.deepEqual(received, ["€", "more", "payload_too_large"]);
});

const schema = z.strictObject({ size: z.int(), box: z.strictObject({ lid: z.boolean() }) });

Deno.test("parseInput() returns what fits the schema", () => {
  const input = { size: 1, box: { lid: true } };
  assert.deepEqual(parseInput(schema, input, "pack"), input);
});

Deno.test("parseInput() reports every problem at its path, and unknown fields by name", () => {
  assert.throws(
    () => parseInput(schema, { size: 1.5, box: { lid: true, colour: "red" } }, "pack"),
    {
      code: "invalid_input",
      message:
        "Cannot pack: size: Invalid input: expected int, received number; box.colour: unknown field",
      details: [
        { path: "size", message: "Invalid input: expected int, received number" },
        { path: "box.colour", message: "unknown field" },
      ],
    },
  );
});

Deno.test("parseInput() says what is wrong with the input as a whole", () => {
  assert.throws(() => parseInput(schema, [], "pack"), {
    message: "Cannot pack: Invalid input: expected object, received array",
  });
});

Deno.test("parseInput() reports twenty problems of many, and as much of a field's name as one can read", () => {
  const odd = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`field${i}`, 1]));
  assert.throws(
    () => parseInput(schema, { ...odd, size: 1, box: { lid: true } }, "pack"),
    (error) => {
      assert.ok(error instanceof AppError && Array.isArray(error.details));
      assert.equal(error.details.length, 20);
      assert.match(error.message, /; and 49980 more problems$/);
      return true;
    },
  );
  const long = { size: 1, box: { lid: true }, ["x".repeat(100_000)]: 1 };
  assert.throws(() => parseInput(schema, long, "pack"), {
    details: [{ path: "x".repeat(200), message: "unknown field" }],
  });
});
