/** HMAC credentials as they may be set up at Vapi, each signed here as its document says. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { signatureFormat } from "../env/values.ts";
import { AppError } from "../http/errors.ts";
import { vapi } from "./webhook_auth.ts";

const BODY = '{"message":{"type":"status-update","text":"{timestamp} ü $&"}}';
const NOW = Date.parse("2026-01-02T03:04:05Z");
const SECRET = Buffer.from("a webhook secret").toString("base64");

interface Case {
  what: string;
  credential: Record<string, string | boolean>;
  /** What is signed. */
  payload: string;
  headers?: Record<string, string>;
  header?: string;
  prefix?: string;
  encoding?: "hex" | "base64";
  algorithm?: string;
  key?: string | Buffer;
}

const stamp = { "x-timestamp": String(NOW) };
const CASES: Case[] = [
  { what: "the defaults", credential: {}, payload: `${NOW}.${BODY}`, headers: stamp },
  {
    what: "GitHub's way, without a timestamp",
    credential: { signatureHeader: "x-hub-signature-256", includeTimestamp: false },
    payload: BODY,
    header: "x-hub-signature-256",
    prefix: "sha256=",
  },
  {
    what: "Svix's way",
    credential: {
      signatureHeader: "svix-signature",
      timestampHeader: "svix-timestamp",
      payloadFormat: "{svix-id}.{timestamp}.{body}",
      secretIsBase64: true,
    },
    payload: `msg_1.${NOW / 1000}.${BODY}`,
    headers: { "svix-id": "msg_1", "svix-timestamp": String(NOW / 1000) },
    header: "svix-signature",
    prefix: "v1,",
    encoding: "base64",
    key: Buffer.from(SECRET, "base64"),
  },
  {
    what: "a prefix of its own, the method, and sha512",
    credential: { signaturePrefix: "Signature ", payloadFormat: "{method}:{body}" },
    payload: `POST:${BODY}`,
    prefix: "Signature ",
    algorithm: "sha512",
  },
];

function authenticate(
  { credential, payload, headers, header, prefix = "", encoding = "hex", algorithm, key }: Case,
  body: string,
): Promise<string> {
  const signature = createHmac(algorithm ?? "sha256", key ?? SECRET).update(payload).digest(
    encoding,
  );
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { ...headers, [header ?? "x-signature"]: prefix + signature },
    body,
  });
  const vapiWebhookSignature = signatureFormat.read(JSON.stringify(credential));
  assert.ok(vapiWebhookSignature !== null);
  const env = { vapiWebhookSecrets: [SECRET], vapiWebhookSignature };
  return vapi(env, { now: () => NOW }).authenticate(request);
}

for (const each of CASES) {
  Deno.test(`a signature set up with ${each.what} is accepted for its body, and for no other`, async () => {
    assert.equal(await authenticate(each, BODY), BODY);
    await assert.rejects(
      authenticate(each, BODY.replace("status", "forged")),
      (error) => error instanceof AppError && error.code === "unauthorized",
    );
  });
}

Deno.test("a format that can't be checked is refused when the environment is read", () => {
  for (
    const text of [
      "",
      "[]",
      '{"payloadFormat": "{url}{body}"}',
      '{"payloadFormat": "fixed"}',
      '{"x": 1}',
    ]
  ) {
    assert.equal(signatureFormat.read(text), null, text);
  }
});
