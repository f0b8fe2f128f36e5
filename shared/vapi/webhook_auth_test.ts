import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { AppError } from "../http/errors.ts";
import { verifyWebhook } from "./webhook_auth.ts";

const BODY = '{"message":{"type":"tool-calls","text":"ü"}}';
const NOW = new Date("2026-01-02T03:04:05.678Z");
const SECRETS = ["current-secret", "previous-secret"];

function verify(headers: Record<string, string>, body = BODY, secrets = SECRETS): Promise<void> {
  const request = new Request("http://localhost/", { method: "POST", headers });
  return verifyWebhook(request, body, { secrets, now: NOW });
}

async function assertRefused(headers: Record<string, string>, body = BODY, secrets = SECRETS) {
  await assert.rejects(
    () => verify(headers, body, secrets),
    (error) => error instanceof AppError && error.code === "unauthorized",
    JSON.stringify(headers),
  );
}

interface SignOptions {
  algorithm?: string;
  encoding?: "hex" | "base64" | "base64url";
  prefix?: string;
  timestamp?: string;
  secret?: string;
}

function signed(options: SignOptions = {}): Record<string, string> {
  const timestamp = options.timestamp ?? String(NOW.getTime());
  const signature = createHmac(options.algorithm ?? "sha256", options.secret ?? "current-secret")
    .update(`${timestamp}.${BODY}`).digest(options.encoding ?? "hex");
  return { "x-signature": `${options.prefix ?? ""}${signature}`, "x-timestamp": timestamp };
}

Deno.test("verifyWebhook() accepts the secret as header or bearer token, the previous one too", async () => {
  for (const secret of SECRETS) {
    await verify({ "x-vapi-secret": secret });
    await verify({ "x-vapi-secret": `Bearer ${secret}` });
    await verify({ authorization: `Bearer ${secret}` });
    await verify({ authorization: `bearer ${secret}` });
  }
});

Deno.test("verifyWebhook() refuses a request without credential, or with a wrong or empty one", async () => {
  await assertRefused({});
  for (const secret of ["", "wrong", "current-secre", "current-secret2", "CURRENT-SECRET"]) {
    await assertRefused({ "x-vapi-secret": secret });
    await assertRefused({ authorization: `Bearer ${secret}` });
  }
  await assertRefused({ authorization: "Basic current-secret" });
  await assertRefused({ authorization: "current-secret" });
});

Deno.test("verifyWebhook() refuses everything where no secret is configured", async () => {
  for (const secrets of [[], [""]]) {
    await assertRefused({ "x-vapi-secret": "" }, BODY, secrets);
    await assertRefused({ authorization: "Bearer " }, BODY, secrets);
    await assertRefused(signed(), BODY, secrets);
  }
});

Deno.test("verifyWebhook() accepts a signature of each algorithm and encoding, prefixed or not", async () => {
  for (const algorithm of ["sha1", "sha256", "sha512"]) {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      for (const prefix of ["", `${algorithm}=`, "v1="]) {
        await verify(signed({ algorithm, encoding, prefix }));
      }
    }
  }
  const { "x-signature": hex = "", ...rest } = signed();
  await verify({ ...rest, "x-signature": hex.toUpperCase() });
  await verify(signed({ secret: "previous-secret" }));
});

Deno.test("verifyWebhook() reads timestamps in seconds and milliseconds, five minutes off at most", async () => {
  const ms = NOW.getTime();
  for (const offset of [0, -299_000, 299_000]) {
    await verify(signed({ timestamp: String(ms + offset) }));
    await verify(signed({ timestamp: String(Math.floor((ms + offset) / 1_000)) }));
  }
  for (const offset of [-301_000, 301_000]) {
    await assertRefused(signed({ timestamp: String(ms + offset) }));
    await assertRefused(signed({ timestamp: String(Math.floor((ms + offset) / 1_000)) }));
  }
  for (const timestamp of ["", "now", "0", "-1", "1e12", "2026-01-02T03:04:05Z"]) {
    await assertRefused(signed({ timestamp }));
  }
});

Deno.test("verifyWebhook() refuses a signature of another body, timestamp or secret", async () => {
  await assertRefused(signed(), BODY.replace("tool-calls", "tool-call"));
  await assertRefused(signed(), `${BODY} `);
  await assertRefused({ ...signed(), "x-timestamp": String(NOW.getTime() + 1) });
  await assertRefused(signed({ secret: "wrong" }));
  const { "x-signature": signature = "" } = signed();
  await assertRefused({ "x-signature": signature });
});

Deno.test("verifyWebhook() refuses a signature that is none", async () => {
  for (
    const signature of [
      "",
      "sha256=",
      "zz",
      "a".repeat(63),
      "%",
      signed({ algorithm: "md5" })["x-signature"] ?? "",
    ]
  ) {
    await assertRefused({ ...signed(), "x-signature": signature });
  }
});

Deno.test("verifyWebhook() never falls back from a wrong credential to a right one", async () => {
  const right = { authorization: "Bearer current-secret" };
  await assertRefused({ ...right, "x-vapi-secret": "wrong" });
  await assertRefused({ ...right, ...signed({ secret: "wrong" }) });
  await assertRefused({ "x-vapi-secret": "current-secret", ...signed({ secret: "wrong" }) });
  await assertRefused({ "x-vapi-secret": "wrong", ...signed() });
});

Deno.test("verifyWebhook() ignores a token that a gateway put beside the secret", async () => {
  await verify({ "x-vapi-secret": "current-secret", authorization: "Bearer eyJ.anon.key" });
  await verify({ ...signed(), authorization: "Bearer eyJ.anon.key" });
});
