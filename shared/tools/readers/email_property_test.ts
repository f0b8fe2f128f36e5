import assert from "node:assert/strict";
import fc from "fast-check";
import { readEmail } from "./email.ts";
import { type Code, CODES } from "../../../scripts/tests/support/readers/spell.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const SPOKEN: Record<Code, Record<string, string>> = {
  en: { "@": "at", ".": "dot", "-": "dash", "_": "underscore" },
  es: { "@": "arroba", ".": "punto", "-": "guion", "_": "guion bajo" },
  fr: { "@": "arobase", ".": "point", "-": "tiret", "_": "tiret bas" },
  de: { "@": "ät", ".": "Punkt", "-": "Bindestrich", "_": "Unterstrich" },
  pt: { "@": "arroba", ".": "ponto", "-": "hífen", "_": "sublinhado" },
};

const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
/** No word of any language's tables: these begin with x or q. */
const word = fc.tuple(fc.constantFrom("x", "q"), fc.array(letters, { minLength: 2, maxLength: 7 }))
  .map(([first, rest]) => first + rest.join(""));
const address = fc.tuple(
  word,
  fc.option(fc.tuple(fc.constantFrom(".", "-", "_"), word), { nil: null }),
  word,
  fc.constantFrom("com", "example.org", "co.uk"),
).map(([first, second, host, domain]) => `${first}${second?.join("") ?? ""}@${host}.${domain}`);

function said(address: string, code: Code): string {
  return address.replace(/[@._-]/g, (mark) => ` ${SPOKEN[code][mark]} `);
}

const FORMS: ((address: string, code: Code) => string)[] = [
  (address) => address,
  (address) => ` ${address.toUpperCase()}. `,
  (address) => `mailto:${address}`,
  (address) => `Jane Roe <${address}>`,
  (address) => address.replace("@", " @ "),
  said,
  (address, code) => said(address, code).toUpperCase(),
  // Letter by letter.
  (address, code) =>
    address.split(/(?=[@._-])|(?<=[@._-])/)
      .map((part) => SPOKEN[code][part] ?? [...part].join(" ")).join(" "),
];

for (const code of CODES) {
  Deno.test(`readEmail() reads an address written or spelled in ${code} as the one that was meant`, async () => {
    const utterances = fc.tuple(address, fc.nat(FORMS.length - 1)).map(([meant, form]) => ({
      text: FORMS[form]?.(meant, code) ?? "",
      meant,
      context: contextIn(code),
    }));
    await readsWhatIsMeant(utterances, readEmail);
  });

  Deno.test(`readEmail() asks about words that could be joined in two ways in ${code}`, () => {
    fc.assert(
      fc.property(word, address, (loose, address) => {
        const text = `${loose} ${said(address, code)}`;
        assert.equal(readEmail(text, contextIn(code)).kind, "question", text);
      }),
      SAMPLE,
    );
  });
}
