/** Codes and phone numbers said in groups, in five languages. */
import fc from "fast-check";
import { readCode } from "./digits.ts";
import { readPhone } from "./phone.ts";
import { CODES } from "../../../scripts/tests/support/readers/spell.ts";
import { saidInGroups } from "../../../scripts/tests/support/readers/spell_digits.ts";
import { contextIn, readsWhatIsMeant } from "../../../scripts/tests/support/readers/said.ts";
import { nationalNumbers, PLANS } from "../../../scripts/tests/support/readers/numbers.ts";

const code = fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }).map((digits) => digits.join(""));

for (const language of CODES) {
  Deno.test(`readCode() reads a code said in groups in ${language} as the one that was meant`, async () => {
    const utterances = saidInGroups(code, language)
      .map(({ digits, said }) => ({ text: said, meant: digits, context: contextIn(language) }));
    await readsWhatIsMeant(utterances, readCode);
  });

  Deno.test(`readPhone() reads a number said in groups in ${language} as the one that was meant`, async () => {
    const { country, calling, trunk } = PLANS[language];
    const dialled = nationalNumbers(language).map((number) => trunk + number);
    const utterances = saidInGroups(dialled, language).map(({ digits, said }) => ({
      text: said,
      meant: `+${calling}${digits.slice(trunk.length)}`,
      context: { ...contextIn(language), country },
    }));
    await readsWhatIsMeant(utterances, readPhone);
  });
}
