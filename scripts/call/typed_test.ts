/** What typed lines mean to `deno task call` and to its stand-in. */
import assert from "node:assert/strict";
import { listen, wishIn } from "./listen.ts";
import { readTyped } from "./typed.ts";

const TOOLS = ["checkAvailability", "sendSms"];
const tool = (name: string, args: Record<string, unknown>) => ({ kind: "tool", tool: name, args });

Deno.test("readTyped() reads a tool by name or number, with JSON or pairs", () => {
  const date = { date: "next Tuesday" };
  for (
    const line of [
      '/checkAvailability date="next Tuesday"',
      '/checkavailability {"date": "next Tuesday"}',
      '/1 date="next Tuesday"',
    ]
  ) assert.deepEqual(readTyped(line, TOOLS), tool("checkAvailability", date));
  assert.deepEqual(
    readTyped('/2 message="say \\"hi\\"" phone=+12025550142', TOOLS),
    tool("sendSms", { message: 'say "hi"', phone: "+12025550142" }),
  );
  assert.deepEqual(readTyped("/2", TOOLS), tool("sendSms", {}));
});

Deno.test("readTyped() tells words, the end, nothing, and what it can't read", () => {
  assert.deepEqual(readTyped(" on Tuesday ", TOOLS), { kind: "said", text: "on Tuesday" });
  assert.deepEqual(readTyped("/end", TOOLS), { kind: "end" });
  assert.deepEqual(readTyped("  ", TOOLS), { kind: "nothing" });
  for (const line of ["/0", "/3", "/nothing", "/1 {", "/1 [1]", "/1 date", '/1 date="next']) {
    assert.equal(readTyped(line, TOOLS).kind, "unclear", line);
  }
});

const SPEECH = { text: "", offers: [], asksToConfirm: false, isLast: false };
const fact = (words: string) => ({ words, meant: words });

Deno.test("listen() hears a request first, then the answer to a question", () => {
  assert.equal(wishIn("Quiero anular mi cita"), "cancel");
  assert.deepEqual(listen("I need to cancel", null).wish, "cancel");
  assert.deepEqual(listen("a visit please", null).wish, "book");
  const asked = { ...SPEECH, text: "What is the patient name?" };
  assert.deepEqual(listen("Jane Roe", asked), {
    text: "Jane Roe",
    told: { name: fact("Jane Roe") },
  });
  assert.deepEqual(listen("time: 3 pm", asked).told, { time: fact("3 pm") });
});

Deno.test("listen() hears a choice by its number or its time, and a yes or a no", () => {
  const offers = [{ date: "2026-12-01", time: "09:00" }, { date: "2026-12-01", time: "10:30" }];
  const chosen = { day: fact("2026-12-01"), time: fact("10:30") };
  assert.deepEqual(listen("2", { ...SPEECH, offers }).told, chosen);
  assert.deepEqual(listen("10:30", { ...SPEECH, offers }).told, chosen);
  assert.deepEqual(listen("at noon", { ...SPEECH, offers }).told, { time: fact("at noon") });
  assert.equal(listen("yes", { ...SPEECH, asksToConfirm: true }).yes, true);
  assert.equal(listen("no", { ...SPEECH, asksToConfirm: true }).yes, false);
});
