import assert from "node:assert/strict";
import { AppError } from "./errors.ts";
import { secret } from "./service_auth.ts";

const env = { secretKeys: ["sb_secret_default", "sb_secret_cron"] };
const withHeaders = (headers: Record<string, string>) =>
  new Request("http://localhost/", { headers });

Deno.test("secret() accepts any of the project's secret keys", async () => {
  for (const apikey of env.secretKeys) await secret(env).authenticate(withHeaders({ apikey }));
});

Deno.test("secret() takes a key as bearer token where it is told to, and no other token", async () => {
  const auth = secret(env, { bearer: true });
  for (const authorization of ["Bearer sb_secret_default", "bearer sb_secret_cron"]) {
    await auth.authenticate(withHeaders({ authorization }));
  }
  // What a gateway puts on apikey of its own accord doesn't stand in the way.
  await auth.authenticate(
    withHeaders({ apikey: "sb_publishable_x", authorization: "Bearer sb_secret_cron" }),
  );
  for (
    const authorization of [
      "Bearer ",
      "Bearer sb_secret_x",
      "Basic sb_secret_default",
      "sb_secret_default",
    ]
  ) {
    await assert.rejects(
      () => auth.authenticate(withHeaders({ authorization })),
      (error) => error instanceof AppError && error.status === 401,
    );
  }
});

Deno.test("secret() refuses a missing key, a wrong one, and one sent as bearer token", async () => {
  const refused = [
    {},
    { apikey: "" },
    { apikey: "sb_secret_defaul" },
    { apikey: "sb_publishable_x" },
    { authorization: "Bearer sb_secret_default" },
  ];
  for (const headers of refused) {
    await assert.rejects(
      () => secret(env).authenticate(withHeaders(headers)),
      (error) => error instanceof AppError && error.status === 401,
    );
  }
});
