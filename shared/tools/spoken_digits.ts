/** Digits as people read them out: "one two three", "123 456", "double five", "twenty-three". */

// Maps, because an object also answers to "constructor".

const DIGITS: ReadonlyMap<string, string> = new Map(Object.entries({
  zero: "0",
  oh: "0",
  o: "0",
  nought: "0",
  one: "1",
  two: "2",
  three: "3",
  four: "4",
  five: "5",
  six: "6",
  seven: "7",
  eight: "8",
  nine: "9",
  ten: "10",
  eleven: "11",
  twelve: "12",
  thirteen: "13",
  fourteen: "14",
  fifteen: "15",
  sixteen: "16",
  seventeen: "17",
  eighteen: "18",
  nineteen: "19",
}));

const TENS: ReadonlyMap<string, string> = new Map(Object.entries({
  twenty: "2",
  thirty: "3",
  forty: "4",
  fifty: "5",
  sixty: "6",
  seventy: "7",
  eighty: "8",
  ninety: "9",
}));

const REPEATS: ReadonlyMap<string, number> = new Map([["double", 2], ["triple", 3]]);

/** The digits in the order said, or null if anything else was said between them. */
export function readDigits(text: string): string | null {
  const words = text.toLowerCase().split(/[\s,.;:()/-]+/).filter((word) =>
    word !== "" && word !== "and"
  );
  let digits = "";
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const next = words[i + 1] ?? "";
    const repeat = REPEATS.get(word);
    const tens = TENS.get(word);
    if (/^\d+$/.test(word)) {
      digits += word;
    } else if (repeat !== undefined && digitOf(next) !== null) {
      digits += (digitOf(next) ?? "").repeat(repeat);
      i++;
    } else if (tens !== undefined) {
      // "twenty three" is 23, "twenty" and then "oh three" is 2003.
      const unit = digitOf(next);
      const joins = unit !== null && unit !== "0" && !/^\d/.test(next);
      digits += tens + (joins ? unit : "0");
      if (joins) i++;
    } else {
      const digit = DIGITS.get(word);
      if (digit === undefined) return null;
      digits += digit;
    }
  }
  return digits === "" ? null : digits;
}

function digitOf(word: string): string | null {
  const digit = DIGITS.get(word) ?? word;
  return /^\d$/.test(digit) ? digit : null;
}
