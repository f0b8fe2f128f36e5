import assert from "node:assert/strict";
import { z } from "zod";
import { AppError } from "./errors.ts";
import { parseInput } from "./parse_input.ts";

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
