import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { AppError } from "../http/errors.ts";
import { vapi } from "./webhook_auth.ts";

const BODY = '{"message":{"type":"tool-calls","text":"ü"}}';
const NOW = new Date("2026-01-02T03:04:05.678Z");
const SECRETS = ["current-secret", "previous-secret"];

async function verify(
  headers: Record<string, string>,
  body: BodyInit = BODY,
  vapiWebhookSecrets = SECRETS,
): Promise<string> {
  const request = new Request("http://localhost/", { method: "POST", headers, body });
  return await vapi({ vapiWebhookSecrets }, { now: () => NOW.getTime() }).authenticate(request);
}

async function assertRefused(
  headers: Record<string, string>,
  body: BodyInit = BODY,
  secrets = SECRETS,
) {
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

Deno.test("vapi() accepts the secret as header or bearer token, the previous one too", async () => {
  for (const secret of SECRETS) {
    await verify({ "x-vapi-secret": secret });
    await verify({ "x-vapi-secret": `Bearer ${secret}` });
    await verify({ authorization: `Bearer ${secret}` });
    await verify({ authorization: `bearer ${secret}` });
  }
});

Deno.test("vapi() refuses a request without credential, or with a wrong or empty one", async () => {
  await assertRefused({});
  for (const secret of ["", "wrong", "current-secre", "current-secret2", "CURRENT-SECRET"]) {
    await assertRefused({ "x-vapi-secret": secret });
    await assertRefused({ authorization: `Bearer ${secret}` });
  }
  await assertRefused({ authorization: "Basic current-secret" });
  await assertRefused({ authorization: "current-secret" });
});

Deno.test("vapi() refuses everything where no secret is configured", async () => {
  for (const secrets of [[], [""]]) {
    await assertRefused({ "x-vapi-secret": "" }, BODY, secrets);
    await assertRefused({ authorization: "Bearer " }, BODY, secrets);
    await assertRefused(signed(), BODY, secrets);
  }
});

Deno.test("vapi() accepts a signature of each algorithm and encoding, prefixed or not", async () => {
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

Deno.test("vapi() reads timestamps in seconds and milliseconds, five minutes off at most", async () => {
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

Deno.test("vapi() refuses a signature of another body, timestamp or secret", async () => {
  await assertRefused(signed(), BODY.replace("tool-calls", "tool-call"));
  await assertRefused(signed(), `${BODY} `);
  await assertRefused({ ...signed(), "x-timestamp": String(NOW.getTime() + 1) });
  await assertRefused(signed({ secret: "wrong" }));
  const { "x-signature": signature = "" } = signed();
  await assertRefused({ "x-signature": signature });
});

Deno.test("vapi() refuses an invalid signature", async () => {
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

Deno.test("vapi() never falls back from a wrong credential to a right one", async () => {
  const right = { authorization: "Bearer current-secret" };
  await assertRefused({ ...right, "x-vapi-secret": "wrong" });
  await assertRefused({ ...right, ...signed({ secret: "wrong" }) });
  await assertRefused({ "x-vapi-secret": "current-secret", ...signed({ secret: "wrong" }) });
  await assertRefused({ "x-vapi-secret": "wrong", ...signed() });
});

Deno.test("vapi() ignores a token that a gateway put beside the secret", async () => {
  await verify({ "x-vapi-secret": "current-secret", authorization: "Bearer eyJ.anon.key" });
  await verify({ ...signed(), authorization: "Bearer eyJ.anon.key" });
});

Deno.test("vapi() returns the body that was proved", async () => {
  assert.equal(await verify(signed()), BODY);
  assert.equal(await verify({ "x-vapi-secret": "current-secret" }), BODY);
});

Deno.test("vapi() reads no body of a request whose headers can't be right", async () => {
  const stale = signed({ timestamp: String(NOW.getTime() - 301_000) });
  for (
    const headers of [
      {},
      { "x-vapi-secret": "wrong" },
      { authorization: "Bearer wrong" },
      stale,
      { ...signed(), "x-timestamp": "" },
      { ...signed(), "x-signature": "zz" },
      { ...signed(), "x-vapi-secret": "wrong" },
    ]
  ) {
    let isRead = false;
    const body = new ReadableStream({
      pull(controller) {
        isRead = true;
        controller.enqueue(new Uint8Array(1_000));
      },
    }, { highWaterMark: 0 });
    await assertRefused(headers, body);
    assert.equal(isRead, false, JSON.stringify(headers));
  }
});

Deno.test("vapi() answers 200 to a body that is too large, as Vapi ignores every other answer", async () => {
  const auth = vapi({ vapiWebhookSecrets: SECRETS });
  const body = "x".repeat(5_000_001);
  const headers = { "x-vapi-secret": "current-secret" };
  const request = new Request("http://localhost/", { method: "POST", headers, body });
  const error = await auth.authenticate(request).catch((error) => error);
  const response = auth.answerError?.(error);
  assert.equal(response?.status, 200);
  assert.deepEqual(await response?.json(), { error: "The request is too large to be read." });
  assert.equal(auth.answerError?.(new AppError("unauthorized", "No")), null);
});
