import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { hmacHex, matchesAny, sha256Hex, timingSafeEqual } from "./hash.ts";

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
