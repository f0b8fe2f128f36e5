import { deepEqual } from "node:assert/strict";
import { documentSchema } from "./document.ts";
import { reduce } from "./reduce.ts";
import { writeTable } from "./write.ts";

const cat = {
  required: ["kind"],
  properties: {
    kind: { type: "string", enum: ["cat"] },
    name: { type: "string", maxLength: 40, description: "What it is called." },
    lives: { type: "number", minimum: 0, maximum: 9, nullable: true },
    tag: { type: "string", pattern: "/^\\p{L}+$/u" },
    color: { oneOf: [{ type: "string", enum: ["black"] }, { type: "string" }] },
  },
};

const document = documentSchema.parse({
  info: { description: "Pets" },
  paths: {
    "/pet": {
      get: {},
      post: {
        requestBody: {
          content: {
            "application/json": {
              schema: {
                oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
              },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Cat: cat,
      CatUpdate: { properties: cat.properties },
      Dog: {
        properties: {
          kind: { type: "string", enum: ["dog", "puppy"] },
          name: { type: "string", maxLength: 40 },
          friends: {
            type: "array",
            items: {
              oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
            },
          },
          owner: { allOf: [{ $ref: "#/components/schemas/Owner" }] },
          toys: { type: "object", additionalProperties: { type: "boolean" } },
        },
      },
      Owner: { properties: { name: { type: "string" } } },
      Answer: { properties: { id: { type: "string" } } },
    },
  },
});

const table = reduce(document, {
  bodies: { "PATCH /cat/:id": "CatUpdate" },
  keys: { Owner: { since: "number" } },
});
const { source, bodies, shapes } = table;

Deno.test("reduce() keeps what requests are made of, and nothing that only answers have", () => {
  deepEqual([source, Object.keys(shapes)], ["Pets", ["Cat", "CatUpdate", "Dog", "Owner"]]);
});

Deno.test("reduce() says what each request's body is", () => {
  deepEqual(bodies, {
    "POST /pet": { by: "kind", cases: { cat: "Cat", dog: "Dog", puppy: "Dog" } },
    "PATCH /cat/:id": "#CatUpdate",
  });
});

Deno.test("reduce() keeps kinds, limits and required keys; an enum beside any text is any text", () => {
  deepEqual(shapes.Cat, {
    required: ["kind"],
    keys: {
      kind: { enum: ["cat"] },
      name: { type: "string", max: 40 },
      lives: { or: [{ type: "number", min: 0, max: 9 }, "null"] },
      tag: { type: "string", pattern: "^\\p{L}+$" },
      color: "string",
    },
  });
});

Deno.test("reduce() tells members of a union apart by the key whose values they don't share", () => {
  deepEqual(shapes.Dog?.keys?.friends, {
    list: { by: "kind", cases: { cat: "Cat", dog: "Dog", puppy: "Dog" } },
  });
});

Deno.test("reduce() says once what several shapes have", () => {
  deepEqual(shapes.CatUpdate, { like: "Cat" });
  deepEqual(shapes.Dog?.keys?.name, "=Cat.name");
});

Deno.test("reduce() adds what the document leaves out", () => {
  deepEqual(shapes.Owner, { keys: { name: "string", since: "number" } });
});

Deno.test("the table is JSON with a line for each shape", () => {
  const text = writeTable(table);
  deepEqual(JSON.parse(text), table);
  deepEqual(text.trimEnd().split("\n").length, 1 + 2 + 1 + 4 + 1);
});
