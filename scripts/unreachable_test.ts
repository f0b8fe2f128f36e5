import assert from "node:assert/strict";
import { unreachable } from "./unreachable.ts";

async function failure(url: string): Promise<string> {
  try {
    await (await fetch(url)).body?.cancel();
  } catch (error) {
    return unreachable(url, error);
  }
  return "answered";
}

Deno.test("unreachable() names host and port, the reason, and what to look at", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.equal(
    await failure(`http://127.0.0.1:${port}/functions/v1/x`),
    `Cannot reach 127.0.0.1, port ${port}: nothing listens there. ` +
      "Does it run (deno task dev), and is --url or SUPABASE_URL its address?",
  );
  const error = new TypeError("fetch failed", {
    cause: new Error("client error (Connect): dns error: failed to lookup address information"),
  });
  assert.match(
    unreachable("https://abcd.supabase.co", error),
    /^Cannot reach abcd\.supabase\.co, port 443: no machine has that name\. Is the project's ref /,
  );
  assert.match(unreachable("https://abcd.supabase.co", new Error("odd")), /port 443: odd\. Is /);
});
