import fc from "fast-check";

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

const character: fc.Arbitrary<string> = fc.nat(0x10ffff - SURROGATES)
  .map((point) => String.fromCodePoint(point < FIRST_SURROGATE ? point : point + SURROGATES));

/** Any well-formed text. fast-check's own, with the unit `binary`, takes each process two seconds to set up. */
export function anyText(
  lengths: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.array(character, lengths).map((characters) => characters.join(""));
}
