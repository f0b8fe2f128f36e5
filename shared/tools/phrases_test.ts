/** Whatever tools say while they run or ask for has its phrase in every language. */
import assert from "node:assert/strict";
import { catalogue } from "./catalogue.ts";
import { languages } from "./readers/languages.ts";
import { sayIn } from "./readers/speak.ts";
import { vapiToolBody } from "./vapi_tool.ts";

for (const { code, phrases } of languages.filter(({ code }) => code !== "en")) {
  Deno.test(`what tools say and ask for is known in ${code}`, () => {
    const said = catalogue.flatMap(({ messages, args }) => [
      ...messages.map(({ content }) => content),
      ...Object.values(args).filter(({ optional }) => !optional).map(({ ask }) => ask),
    ]);
    assert.deepEqual([...new Set(said)].filter((english) => phrases[english] === undefined), []);
    const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).join();
    for (const [english, phrase] of Object.entries(phrases)) {
      assert.equal(names(phrase), names(english));
    }
  });
}

Deno.test("Vapi gets each message of a tool in each language", async () => {
  const [tool] = catalogue;
  assert.ok(tool);
  const { messages } = await vapiToolBody(tool, {
    backendUrl: "https://x.example",
    webhookSecret: "s",
  });
  assert.ok(messages.length > 0);
  for (const { contents } of messages) {
    assert.deepEqual(contents.map(({ language }) => language), languages.map(({ code }) => code));
    assert.equal(new Set(contents.map(({ text }) => text)).size, languages.length);
  }
});

Deno.test("an unknown language, or an unknown sentence, is said in English", () => {
  assert.equal(sayIn("it-IT", "I need {what}.", { what: "the day" }), "I need the day.");
  assert.equal(sayIn("es-MX", "I need {what}.", { what: "la hora" }), "Necesito la hora.");
  assert.equal(sayIn("de", "Something new."), "Something new.");
});
