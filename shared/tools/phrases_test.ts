/** Everything that tools say while they run or ask for has a phrase in every language. */
import assert from "node:assert/strict";
import { AppError } from "../http/errors.ts";
import { catalogue } from "./catalogue.ts";
import type { Field } from "./define.ts";
import { FAILURES, speakError } from "./reading.ts";
import { languages } from "./readers/languages.ts";
import { sayIn } from "./readers/speak.ts";
import { prepareTools } from "./vapi_tool.ts";

for (const { code, phrases } of languages.filter(({ code }) => code !== "en")) {
  Deno.test(`what tools say and ask for is known in ${code}`, () => {
    const said = catalogue.flatMap(({ messages, args }) => [
      ...messages.map(({ content }) => content),
      ...Object.values(FAILURES),
      ...Object.values<Field>(args).flatMap(({ ask, tooLong }) => [ask, tooLong ?? ask]),
    ]);
    assert.deepEqual([...new Set(said)].filter((english) => phrases[english] === undefined), []);
    const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).join();
    for (const [english, phrase] of Object.entries(phrases)) {
      assert.equal(names(phrase), names(english));
    }
  });
}

Deno.test("Vapi gets each message of a tool in each language", async () => {
  const [tool] = await prepareTools(catalogue, {
    backendUrl: "https://x.example",
    webhookSecret: "s",
  });
  const messages = tool?.body.messages ?? [];
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

Deno.test("a failure is said in the agent's language, and a message for developers never", async () => {
  const lost = new AppError("database_unavailable", "connection refused", { status: 503 });
  assert.equal(await speakError(lost, "en-US"), FAILURES.unavailable);
  assert.match(await speakError(lost, "fr-CA"), /^Le système de réservation est injoignable/);
  assert.match(await speakError(new Error("select *"), "pt-BR"), /^Algo deu errado/);
});
