import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { canonicalize, hmacHex, matchesAny, sha256Hex, timingSafeEqual } from "./hash.ts";
import { anyText } from "../scripts/tests/support/unit/any_text.ts";
import { isJsonObject, type JsonValue, parseJson } from "./json.ts";

/** Arbitrary JSON of well-formed text, as `canonicalize` accepts it. */
const jsonArbitrary: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(anyText(), tie("value"), { maxKeys: 5 }),
  ),
})).value;

Deno.test("canonicalize() writes the sample of RFC 8785, section 3.2.2", () => {
  const input = parseJson(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  assert.equal(
    canonicalize(input),
    String
      .raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

Deno.test("canonicalize() sorts keys by UTF-16 code units: RFC 8785, section 3.2.3", () => {
  const input = parseJson(String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  }`);
  assert.deepEqual(
    [...canonicalize(input).matchAll(/:"([^"]+)"/g)].map((match) => match[1]),
    [
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ],
  );
});

Deno.test("canonicalize() writes the numbers of RFC 8785, appendix B", () => {
  const samples: [string, string][] = [
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ];
  for (const [hex, text] of samples) assert.equal(canonicalize(doubleOf(hex)), text, hex);
  for (const hex of ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"]) {
    assert.throws(() => canonicalize(doubleOf(hex)), /is not a JSON number/);
  }
});

Deno.test("canonicalize() refuses what JSON would lose, and names the place", () => {
  const refused: [unknown, RegExp][] = [
    [{ a: [1, undefined] }, /\$\.a\[1\]: undefined is not a JSON value/],
    [{ a: undefined }, /\$\.a/],
    [[NaN], /\$\[0\]: NaN is not a JSON number/],
    [1n, /bigint/],
    [() => 1, /function/],
    ["\ud800", /lone surrogate/],
    [{ "\udc00": 1 }, /lone surrogate/],
    [new Date(0), /Date is not plain JSON/],
    [new Map(), /Map is not plain JSON/],
    // deno-lint-ignore no-sparse-arrays -- the case under test
    [[1, , 2], /\$\[1\]: undefined/],
  ];
  for (const [value, message] of refused) {
    assert.throws(() => Reflect.apply(canonicalize, null, [value]), message);
  }
});

Deno.test("canonicalize() refuses a cycle, but not the same object twice", () => {
  const cycle: JsonValue[] = [];
  cycle.push(cycle);
  assert.throws(() => canonicalize(cycle), /contains itself/);
  const twice = { a: 1 };
  assert.equal(canonicalize([twice, twice]), '[{"a":1},{"a":1}]');
});

Deno.test("canonicalize() keeps the key __proto__ as any other", () => {
  assert.equal(
    canonicalize(parseJson('{"b":1,"__proto__":{"x":2}}')),
    '{"__proto__":{"x":2},"b":1}',
  );
});

Deno.test("canonicalize() is independent of the order of keys, and parses back to the same value", () => {
  fc.assert(
    fc.property(jsonArbitrary, (value) => {
      const text = canonicalize(value);
      assert.equal(canonicalize(reversed(value)), text);
      assert.equal(canonicalize(parseJson(text)), text);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("the hash of a canonical text changes with any change of one place", async () => {
  await fc.assert(
    fc.asyncProperty(jsonArbitrary, fc.nat(), jsonArbitrary, async (value, place, leaf) => {
      const changed = replaced(value, place, leaf);
      const same = canonicalize(value) === canonicalize(changed);
      assert.equal(same, JSON.stringify(sorted(value)) === JSON.stringify(sorted(changed)));
      const hashes = [await sha256Hex(canonicalize(value)), await sha256Hex(canonicalize(changed))];
      assert.equal(hashes[0] === hashes[1], same);
    }),
    { numRuns: 1_000 },
  );
});

function doubleOf(hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

function mapMembers(
  value: JsonValue,
  order: (entries: [string, JsonValue][]) => [string, JsonValue][],
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => mapMembers(item, order));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value)
    .map(([key, item]): [string, JsonValue] => [key, mapMembers(item, order)]);
  return Object.fromEntries(order(entries));
}

const reversed = (value: JsonValue) => mapMembers(value, (entries) => entries.reverse());

/** A form in which values are equal exactly if they are the same JSON: the oracle, built differently. */
const sorted = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return ["array", value.map(sorted)];
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return ["object", entries.map(([key, item]) => [key, sorted(item)])];
};

/** The value with its `place`-th leaf or container, counted in preorder, replaced. */
function replaced(value: JsonValue, place: number, leaf: JsonValue): JsonValue {
  let left = place % count(value);
  const visit = (item: JsonValue): JsonValue => {
    if (left-- === 0) return leaf;
    if (Array.isArray(item)) return item.map(visit);
    if (!isJsonObject(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, visit(each)]));
  };
  return visit(value);
}

function count(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + count(item), 1);
}

Deno.test("sha256Hex() gives 64 hex characters of the UTF-8 text", async () => {
  assert.equal(
    await sha256Hex("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assert.equal(await sha256Hex("ü€😀"), createHash("sha256").update("ü€😀").digest("hex"));
});

Deno.test("hmacHex() agrees with RFC 4231, test case 2, and with node:crypto", async () => {
  const text = "what do ya want for nothing?";
  assert.equal(
    await hmacHex("sha256", "Jefe", text),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  for (const algorithm of ["sha1", "sha512"] as const) {
    assert.equal(
      await hmacHex(algorithm, "Jefe", text),
      createHmac(algorithm, "Jefe").update(text).digest("hex"),
    );
  }
});

Deno.test("hmacHex() refuses an empty key", async () => {
  await assert.rejects(() => hmacHex("sha256", "", "text"), /empty key/);
});

Deno.test("timingSafeEqual() compares texts of any length", async () => {
  assert.equal(await timingSafeEqual("secret", "secret"), true);
  assert.equal(await timingSafeEqual("secret", "secreT"), false);
  assert.equal(await timingSafeEqual("secret", "secret2"), false);
});

Deno.test("matchesAny() accepts one of several secrets and never an empty one", async () => {
  assert.equal(await matchesAny("b", ["a", "b"]), true);
  assert.equal(await matchesAny("c", ["a", "b"]), false);
  assert.equal(await matchesAny("", [""]), false);
  assert.equal(await matchesAny("a", []), false);
});
