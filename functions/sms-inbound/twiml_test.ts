import assert from "node:assert/strict";
import { twiml } from "./twiml.ts";

Deno.test("twiml() replies with nothing, or with a text whose markup is escaped", async () => {
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  assert.equal(await twiml(null).text(), `${head}<Response/>`);
  assert.equal(
    await twiml("A & B <C>").text(),
    `${head}<Response><Message>A &amp; B &lt;C&gt;</Message></Response>`,
  );
  assert.equal(twiml(null).headers.get("content-type"), "text/xml");
});
