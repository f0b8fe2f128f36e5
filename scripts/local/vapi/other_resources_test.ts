import assert from "node:assert/strict";
import { assistantBody, withDouble } from "../../tests/support/vapi_client.ts";

const phoneBody = {
  provider: "twilio",
  number: "+12025550142",
  twilioAccountSid: `AC${"0".repeat(32)}`,
  name: "Front desk",
};

Deno.test(
  "a phone number is created, listed, read, and gets its assistant and server by a PATCH",
  withDouble(async ({ double, send }) => {
    const created = await send("POST", "/phone-number", phoneBody);
    assert.equal(created.status, 201);
    const assistant = await send("POST", "/assistant", assistantBody);
    const change = {
      assistantId: assistant.id,
      server: {
        url: "https://backend.example.test/vapi-webhook",
        headers: { "x-vapi-secret": "s" },
      },
    };
    const patched = await send("PATCH", `/phone-number/${created.id}`, change);
    assert.equal(patched.status, 200);
    assert.partialDeepStrictEqual(patched.body, { ...phoneBody, ...change });
    assert.equal(patched.at("latestVersion"), undefined);
    assert.deepEqual((await send("GET", "/phone-number?limit=10")).body, [patched.body]);
    assert.deepEqual((await send("GET", `/phone-number/${created.id}`)).body, patched.body);
    assert.equal(double.state.phoneNumbers.get(created.id)?.assistantId, assistant.id);
    const released = await send("PATCH", `/phone-number/${created.id}`, { assistantId: null });
    assert.equal(released.at("assistantId"), undefined);
  }),
);

Deno.test(
  "what a phone number may be differs by provider, also in a PATCH that doesn't name it",
  withDouble(async ({ send }) => {
    const sid = { twilioAccountSid: phoneBody.twilioAccountSid };
    const own = await send("POST", "/phone-number", { provider: "vapi" });
    assert.match(String(own.at("number")), /^\+1202555\d{4}$/);
    assert.deepEqual((await send("PATCH", `/phone-number/${own.id}`, sid)).at("message"), [
      "property twilioAccountSid should not exist",
    ]);
    const twilio = await send("POST", "/phone-number", phoneBody);
    assert.equal((await send("PATCH", `/phone-number/${twilio.id}`, sid)).status, 200);
    const unknown = await send("POST", "/phone-number", { ...phoneBody, provider: "acme" });
    assert.match(String(unknown.at("message.0")), /^provider must be one of the following values:/);
  }),
);

Deno.test(
  "a squad is kept, its members are checked, and a version that it pins keeps its assistant",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/assistant", assistantBody);
    const squad = await send("POST", "/squad", { members: [{ assistantId: id }] });
    assert.equal(squad.status, 201);
    assert.equal((await send("POST", "/squad", { members: [{ tools: [] }] })).status, 400);
    const members = [{ assistantId: id, assistantVersion: "v1" }];
    assert.equal((await send("PATCH", `/squad/${squad.id}`, { members })).status, 200);
    const refused = await send("DELETE", `/assistant/${id}`);
    assert.deepEqual([refused.status, refused.at("error")], [409, "assistant_pinned"]);
    assert.equal(double.state.squads.size, 1);
  }),
);

Deno.test(
  "calls are kept, and listed by assistant",
  withDouble(async ({ send }) => {
    const body = { assistantId: "a1", phoneNumberId: "p1", customer: { number: "+12025550143" } };
    const call = await send("POST", "/call", body);
    assert.deepEqual([call.status, call.at("status")], [201, "queued"]);
    assert.deepEqual((await send("GET", "/call?assistantId=a1")).body, [call.body]);
    assert.deepEqual((await send("GET", "/call?assistantId=a2")).body, []);
    assert.equal((await send("POST", "/call", { assistant: { tools: [] } })).status, 400);
  }),
);

Deno.test(
  "every body that is refused is told, and so are those that aren't JSON",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/assistant", assistantBody);
    await send("PATCH", `/assistant/${id}`, { color: "red" });
    await send("POST", "/tool", "{");
    await send("GET", "/tool?color=red");
    await send("DELETE", "/tool/nope");
    assert.deepEqual(double.refusedBodies.map(({ route, body }) => [route, body]), [
      ["PATCH /assistant/:id", { color: "red" }],
      ["POST /tool", "{"],
    ]);
    assert.deepEqual(double.refusedBodies[0]?.message, ["property color should not exist"]);
  }),
);
