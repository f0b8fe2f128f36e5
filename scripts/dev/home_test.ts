import assert from "node:assert/strict";
import { join } from "node:path";
import { createKeys } from "../local/keys.ts";
import { openIdentity } from "./home.ts";

Deno.test("openIdentity() gives the same keys again, for the owner's eyes alone, and says what to do about broken ones", async () => {
  const home = join(await Deno.makeTempDir(), "made");
  const file = join(home, "keys.json");
  try {
    const identity = await openIdentity(home);
    assert.deepEqual(await openIdentity(home), identity);
    const { mode } = await Deno.stat(file);
    if (mode !== null) assert.equal(mode & 0o077, 0);
    const [one, two] = await Promise.all([createKeys(identity.keys), createKeys(identity.keys)]);
    assert.deepEqual(one.jwks, two.jwks);
    assert.ok(!JSON.stringify(one.jwks).includes(identity.keys.signingKey.d));

    await Deno.writeTextFile(file, "{}");
    await assert.rejects(openIdentity(home), (error: Error) => error.message.includes(file));
  } finally {
    await Deno.remove(join(home, ".."), { recursive: true });
  }
});
