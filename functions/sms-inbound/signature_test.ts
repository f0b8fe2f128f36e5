import assert from "node:assert/strict";
import { signTwilioRequest, verifyTwilioSignature } from "./signature.ts";

// The example of https://www.twilio.com/docs/usage/security#validating-requests
const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
const params = new URLSearchParams({
  CallSid: "CA1234567890ABCDE",
  Caller: "+12349013030",
  Digits: "1234",
  From: "+12349013030",
  To: "+18005551212",
});
const signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

Deno.test("signTwilioRequest() signs as Twilio's documentation does, whatever the order of parameters", async () => {
  assert.equal(await signTwilioRequest("12345", url, params), signature);
  const reversed = new URLSearchParams([...params].reverse());
  assert.equal(await signTwilioRequest("12345", url, reversed), signature);
});

Deno.test("verifyTwilioSignature() accepts this request only", async () => {
  const request = { url, params, signature };
  assert.equal(await verifyTwilioSignature("12345", request), true);
  const changed = new URLSearchParams(params);
  changed.set("Digits", "1235");
  const forgeries = [
    { ...request, signature: null },
    { ...request, signature: "" },
    { ...request, signature: signature.toLowerCase() },
    { ...request, url: url.replace("foo=1", "foo=2") },
    { ...request, params: changed },
  ];
  for (const forgery of forgeries) {
    assert.equal(await verifyTwilioSignature("12345", forgery), false);
  }
  assert.equal(await verifyTwilioSignature("54321", request), false);
});
