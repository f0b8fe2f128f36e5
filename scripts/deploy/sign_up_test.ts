import assert from "node:assert/strict";
import { signUpWarning } from "./sign_up.ts";

/** The warning for a project whose Auth answers this. */
async function warningFor(answer: Response): Promise<string | null> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(`${new URL(request.url).pathname} ${request.headers.get("apikey")}`);
    return answer;
  });
  try {
    const warning = await signUpWarning(`http://127.0.0.1:${server.addr.port}`, "sb_secret_a");
    assert.deepEqual(asked, ["/auth/v1/settings sb_secret_a"]);
    return warning;
  } finally {
    await server.shutdown();
  }
}

Deno.test("signUpWarning() has nothing to say of a project that takes no new accounts", async () => {
  const external = { anonymous_users: true };
  assert.equal(await warningFor(Response.json({ disable_signup: true, external })), null);
});

Deno.test("signUpWarning() says loudly that sign-up is open, and how it is closed", async () => {
  const open = await warningFor(Response.json({ disable_signup: false, external: {} }));
  assert.match(
    open ?? "",
    /^PUBLIC SIGN-UP IS OPEN: anybody can create an account\. Close it/,
  );
  const external = { anonymous_users: true };
  const unnamed = await warningFor(Response.json({ disable_signup: false, external }));
  assert.match(unnamed ?? "", /even without an address/);
});

Deno.test("signUpWarning() says that it could not see, whatever the reason", async () => {
  for (
    const answer of [new Response("no", { status: 401 }), new Response("<html>"), Response.json({})]
  ) {
    assert.match(await warningFor(answer) ?? "", /^Cannot see whether public sign-up is open/);
  }
  assert.match(await signUpWarning("http://127.0.0.1:1", "k") ?? "", /^Cannot see/);
});
