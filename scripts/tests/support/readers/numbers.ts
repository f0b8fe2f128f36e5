import fc from "fast-check";
import type { Code } from "./spell.ts";

interface Plan {
  readonly country: string;
  /** The country's calling code. */
  readonly calling: string;
  /** How a mobile number begins there, and the digits after that. */
  readonly begins: string;
  readonly rest: number;
  /** What is dialled before it at home. */
  readonly trunk: string;
}

/** A country of each language. */
export const PLANS: Readonly<Record<Code, Plan>> = {
  en: { country: "US", calling: "1", begins: "202555", rest: 4, trunk: "" },
  es: { country: "ES", calling: "34", begins: "61", rest: 7, trunk: "" },
  fr: { country: "FR", calling: "33", begins: "6", rest: 8, trunk: "0" },
  de: { country: "DE", calling: "49", begins: "170", rest: 7, trunk: "0" },
  pt: { country: "BR", calling: "55", begins: "119", rest: 8, trunk: "" },
};

/** Sequences and repetitions among them lead to a question, as placeholders do. */
export function nationalNumbers(code: Code): fc.Arbitrary<string> {
  const { begins, rest } = PLANS[code];
  return fc.array(fc.nat(9), { minLength: rest, maxLength: rest })
    .map((digits) => begins + digits.join(""));
}
