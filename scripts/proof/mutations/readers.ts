/** Deliberate guesses in reading callers' words. */
import type { Mutation } from "./mutation.ts";

const reader = (name: string) => `shared/tools/readers/${name}.ts`;
const words = "scripts/tests/field_cases_words_test.ts";

export const READERS: readonly Mutation[] = [
  {
    what: "a number with a digit too many is one abroad",
    file: reader("phone"),
    from: "if (!isAbroad && home === null && abroad !== null && isSlip(",
    to: "if (!isAbroad && home === null && abroad === null && isSlip(",
    test: words,
    filter: "202 555 01423",
  },
  {
    what: "a number that may be one at home is one abroad",
    file: reader("phone"),
    from: "if (isHome && !isPlaceholder(home.nationalNumber)) {",
    to: "if (isHome && isPlaceholder(home.nationalNumber)) {",
    test: reader("phone_test"),
  },
  {
    what: "the extension of a number is left out unasked",
    file: reader("phone"),
    from: 'if (number.kind !== "value" || said.extension === null) return number;',
    to: "if (true) return number;",
    test: reader("phone_test"),
  },
  {
    what: "a time of another zone is taken for the clinic's",
    file: reader("time"),
    from: "return here === null ? there : askHere(here, context);",
    to: "return there;",
    test: words,
    filter: "PST",
  },
  {
    what: 'a range, "two to three", is a time',
    file: reader("clock"),
    from:
      'return tokens[1]?.isUntil && one < two && !shape.includes("i") ? null : before(two, one);',
    to: "return before(two, one);",
    test: words,
    filter: "2 to 3",
  },
  {
    what: "12/1 is the first of December",
    file: reader("day"),
    from: "if (context.order !== null) return null;",
    to: "if (context.order === null) return dayInYear(year, month, day, context);",
    test: reader("date_test"),
  },
  {
    what: "half past eight is in the morning where the clinic is open at neither",
    file: reader("clock"),
    from: "return open.length > 0 ? open : times;",
    to: "return open.length > 0 ? open : times.slice(0, 1);",
    test: reader("time_test"),
  },
  {
    what: '"halb drei" is half past three',
    file: reader("clock"),
    from: "return before(one, 30);",
    to: "return face(one, 30);",
    test: reader("time_test"),
  },
  {
    what: "a weekday that doesn't fit its date is not asked about",
    file: reader("day"),
    from: "return isoWeekday(day.date) === weekday",
    to: "return weekday > 0",
    test: reader("date_test"),
  },
  {
    what: '"Tuesday at 8" is Tuesday the 8th',
    file: reader("moment"),
    from: "(marked.length > 0 ? marked : moments)",
    to: "(marked.length > 99 ? marked : moments)",
    test: reader("moment_test"),
  },
  {
    what: "tomorrow at midnight is its beginning",
    file: reader("clock"),
    from: 'const isMidnight = shape.includes("G") ||',
    to: 'const isMidnight = shape.includes("?") ||',
    test: reader("moment_test"),
  },
  {
    what: '"dans une heure" is one o\'clock',
    file: reader("time"),
    from: "const ahead = aheadOf(text, context);",
    to: "const ahead: Date | null | undefined = aheadOf(text, context) && null;",
    test: reader("moment_test"),
  },
  {
    what: '"del 1 al 5 de diciembre" is the fifth, at one',
    file: reader("date"),
    from: 'if (said.some(({ day }) => day?.kind === "span" && day.isRange)) {',
    to: 'if (said.some(({ day }) => day?.kind === "span" && day.isRange && day.until === null)) {',
    test: reader("moment_test"),
  },
];
