import assert from "node:assert/strict";
import fc from "fast-check";
import { readPhone } from "./phone.ts";
import { type Code, CODES, spell } from "../../../scripts/tests/support/readers/spell.ts";
import { nationalNumbers, PLANS } from "../../../scripts/tests/support/readers/numbers.ts";
import {
  contextIn,
  readsWhatIsMeant,
  SAMPLE,
} from "../../../scripts/tests/support/readers/said.ts";

const WORDS: Record<Code, { plus: string; mine: string }> = {
  en: { plus: "plus", mine: "my number is" },
  es: { plus: "más", mine: "mi número es" },
  fr: { plus: "plus", mine: "mon numéro est" },
  de: { plus: "plus", mine: "meine Nummer ist" },
  pt: { plus: "mais", mine: "meu número é" },
};

function inWords(digits: string, code: Code): string {
  return [...digits].map((digit) => spell(Number(digit), code)).join(" ");
}

function inGroups(digits: string, mark: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, `$1${mark}`);
}

/** Full-width figures, as an input method writes them. */
function fullWidth(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
}

for (const code of CODES) {
  const { country, calling, rest, trunk } = PLANS[code];
  const context = { ...contextIn(code), country };
  const national = nationalNumbers(code);
  const { plus, mine } = WORDS[code];
  const forms: ((number: string) => string)[] = [
    (number) => `+${calling}${number}`,
    (number) => `+${calling} ${inGroups(number, " ")}`,
    (number) => `tel:+${calling}-${inGroups(number, "-")}`,
    (number) => `00${calling}${number}`,
    (number) => trunk + number,
    (number) => inGroups(trunk + number, "-"),
    (number) => fullWidth(inGroups(trunk + number, " ")),
    (number) => inWords(trunk + number, code),
    (number) => `${mine} ${inWords(trunk + number, code)}.`,
    (number) => `${plus} ${inWords(calling + number, code)}`,
    (number) => `${inGroups(trunk + number, ".")} (mobile)`,
  ];

  Deno.test(`readPhone() reads a number written or said in ${code} as the number that was meant`, async () => {
    const utterances = fc.tuple(national, fc.nat(forms.length - 1)).map(([number, form]) => ({
      text: forms[form]?.(number) ?? "",
      meant: `+${calling}${number}`,
      context,
    }));
    await readsWhatIsMeant(utterances, readPhone);
  });

  // German numbers have any length.
  if (code === "de") continue;
  Deno.test(`readPhone() takes no number of another length in ${code}`, async () => {
    const tooShort = national.map((number) => number.slice(0, rest - 3));
    await fc.assert(
      fc.asyncProperty(tooShort, async (number) => {
        const reading = await readPhone(`+${calling}${number}`, context);
        assert.equal(reading.kind, "question", number);
      }),
      SAMPLE,
    );
  });
}

Deno.test("readPhone() asks whether a number after a plus is one at home, whenever it can be", async () => {
  const context = { ...contextIn("en"), country: "US" };
  const national = fc.tuple(
    fc.constantFrom("202", "212", "303", "415", "617", "718", "917"),
    fc.integer({ min: 0, max: 99 }),
  ).map(([area, line]) => `${area}55501${String(line).padStart(2, "0")}`);
  await fc.assert(
    fc.asyncProperty(national, async (number) => {
      assert.equal((await readPhone(`+${number}`, context)).kind, "question", number);
    }),
    SAMPLE,
  );
});
