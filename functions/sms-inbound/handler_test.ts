import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { createLogger } from "../../shared/log.ts";
import { signTwilioRequest } from "./signature.ts";
import { smsInbound, type SmsInboundDeps } from "./handler.ts";

const BACKEND = "https://backend.example.test/functions/v1";
const TOKEN = "token-for-tests";
const MESSAGE = "00000000-0000-4000-8000-000000000001";

interface Called {
  fn: string;
  args: JsonObject;
}

function setup(answer: unknown): { deps: SmsInboundDeps; calls: Called[] } {
  const calls: Called[] = [];
  const deps: SmsInboundDeps = {
    env: {
      backendUrl: BACKEND,
      twilio: { accountSid: "AC1", authToken: TOKEN, from: "+15550100099", baseUrl: "http://x" },
    },
    db: {
      rpc: (fn, args = {}) => {
        calls.push({ fn, args });
        return Promise.resolve(answer);
      },
    },
    log: createLogger("sms-inbound", {}, { write: () => {} }),
  };
  return { deps, calls };
}

/** A request as it arrives behind the gateway, with a host and path different from those that Twilio was given. */
async function signed(fields: Record<string, string>, query = ""): Promise<Request> {
  const params = new URLSearchParams(fields);
  const signature = await signTwilioRequest(TOKEN, `${BACKEND}/sms-inbound${query}`, params);
  return new Request(`http://127.0.0.1:9999/sms-inbound${query}`, {
    method: "POST",
    headers: { "x-twilio-signature": signature },
    body: params,
  });
}

Deno.test("a status report reaches the message that its URL names", async () => {
  const { deps, calls } = setup("delivered");
  const fields = { MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30003" };
  const response = await smsInbound(deps).fetch(await signed(fields, `?message=${MESSAGE}`));
  assert.equal(response.status, 204);
  assert.deepEqual(calls, [{
    fn: "record_sms_status",
    args: {
      p_message_id: MESSAGE,
      p_sid: "SM1",
      p_provider_status: "undelivered",
      p_error_code: 30003,
    },
  }]);
});

Deno.test("a status report without our id, or with a broken one, is told by Twilio's id", async () => {
  for (const query of ["", "?message=1%20or%201"]) {
    const { deps, calls } = setup(null);
    const request = await signed({ MessageSid: "SM1", MessageStatus: "sent" }, query);
    assert.equal((await smsInbound(deps).fetch(request)).status, 204);
    assert.equal(calls[0]?.args["p_message_id"], null);
  }
});

Deno.test("a text is answered with TwiML", async () => {
  const { deps, calls } = setup({ keyword: "help", reply: "We text you" });
  const response = await smsInbound(deps).fetch(
    await signed({ MessageSid: "SM1", From: "+15550100001", Body: "HELP" }),
  );
  assert.match(await response.text(), /<Message>We text you<\/Message>/);
  assert.deepEqual(calls[0]?.args, {
    p_from: "+15550100001",
    p_body: "HELP",
    p_handled_as: null,
    p_message_key: "SM1",
  });
});

Deno.test("a text from a short code or a sender's name is not looked at", async () => {
  for (const from of ["12345", "CARRIER", "whatsapp:+15550100001"]) {
    const { deps, calls } = setup(null);
    const response = await smsInbound(deps).fetch(await signed({ From: from, Body: "STOP" }));
    assert.equal(response.status, 200);
    assert.equal(calls.length, 0);
  }
});

Deno.test("a signature for another query, or none, is refused before anything is read", async () => {
  const { deps, calls } = setup(null);
  const fields = { MessageSid: "SM1", MessageStatus: "delivered" };
  const request = await signed(fields, `?message=${MESSAGE}`);
  const moved = new Request("http://127.0.0.1:9999/sms-inbound?message=other", {
    method: "POST",
    headers: request.headers,
    body: new URLSearchParams(fields),
  });
  assert.equal((await smsInbound(deps).fetch(moved)).status, 401);
  const bare = new Request("http://127.0.0.1:9999/sms-inbound", { method: "POST" });
  assert.equal((await smsInbound(deps).fetch(bare)).status, 401);
  assert.equal(calls.length, 0);
});

Deno.test("a signed request that says nothing usable is refused with 400, not with a fault of ours", async () => {
  for (
    const fields of [
      { MessageStatus: "sent" },
      { MessageSid: "SM1\0", MessageStatus: "sent" },
      { MessageSid: "SM1", MessageStatus: "failed", ErrorCode: "no number" },
      { MessageSid: "SM1", MessageStatus: "failed", ErrorCode: "99999999999" },
      { Body: "STOP" },
      {},
    ]
  ) {
    const { deps, calls } = setup(null);
    const response = await smsInbound(deps).fetch(await signed(fields));
    assert.equal(response.status, 400, JSON.stringify(fields));
    assert.equal((await response.json()).error.code, "invalid_input");
    assert.equal(calls.length, 0);
  }
});

Deno.test("a STOP is heard whatever else the text and its parameters hold", async () => {
  const { deps, calls } = setup({ keyword: "stop", reply: null });
  const fields = {
    MessageSid: "SM1",
    From: "+15550100001",
    Body: "ST\0OP",
    OptOutType: "NEW_KIND",
  };
  assert.equal((await smsInbound(deps).fetch(await signed(fields))).status, 200);
  assert.deepEqual(calls[0]?.args, {
    p_from: "+15550100001",
    p_body: "STOP",
    p_handled_as: null,
    p_message_key: "SM1",
  });
});

Deno.test("a GET is refused", async () => {
  const { deps } = setup(null);
  assert.equal(
    (await smsInbound(deps).fetch(new Request("http://127.0.0.1:9999/sms-inbound"))).status,
    405,
  );
});
