/**
 * The grammar of several days, any of which will do: "this week", "early next week", "Monday through Friday", "before Friday", "from Monday
 * on".
 */
import { addDays, firstOfMonth, isoWeekday, type LocalDate } from "../local_date.ts";
import type { Token } from "./lexicon.ts";
import type { Day, DayContext } from "./weekday.ts";

type Span = Extract<Day, { kind: "span" }>;

/** What a whole sequence of tokens says about several days; null if it says nothing of the kind. `dayOf` reads the days in it. */
export function spanOf(
  tokens: readonly Token[],
  context: DayContext,
  dayOf: (tokens: readonly Token[]) => Day | null,
): Span | null {
  return ahead(tokens, context) ?? named(tokens, context) ?? weekOf(tokens, dayOf) ??
    limited(tokens, context, dayOf) ??
    between(tokens, context, dayOf) ?? partOf(tokens, context, dayOf);
}

/** "This week", "next month", "in December". */
function named(tokens: readonly Token[], { today, isSundayFirst }: DayContext): Span | null {
  const shape = tokens.map((token) => token.shape).join("");
  const value = (letter: string) => tokens[shape.indexOf(letter)]?.value ?? 1;
  const monday = addDays(today, 1 - isoWeekday(today));
  switch (shape) {
    case "A":
    case "Z":
      return span(today, null);
    case "Tw":
    case "wT":
      return span(today, addDays(monday, 6));
    case "Xw":
    case "wX":
      return isSundayFirst && isoWeekday(today) === 7
        ? span(addDays(today, 1), addDays(today, 13))
        : span(addDays(monday, 7), addDays(monday, 13));
    case "Jw":
    case "wJ":
      return span(addDays(monday, 14), addDays(monday, 20));
    case "E":
    case "TE":
    case "ET":
      return span(isoWeekday(today) > 5 ? today : addDays(monday, 5), addDays(monday, 6));
    case "XE":
    case "EX":
      return span(addDays(monday, 12), addDays(monday, 13));
    case "Tm":
    case "mT":
      return span(today, addDays(firstOfMonth(today, 1), -1));
    case "Xm":
    case "mX":
      return span(firstOfMonth(today, 1), addDays(firstOfMonth(today, 2), -1));
    case "M":
    case "IM":
    case "TM":
    case "XM": {
      const ahead = (value("M") - Number(today.slice(5, 7)) + 12) % 12;
      const first = ahead === 0 ? today : firstOfMonth(today, ahead);
      return span(first, addDays(firstOfMonth(today, ahead + 1), -1));
    }
    default:
      return null;
  }
}

/** "The week of December 7", "la semaine du 7". */
function weekOf(
  [week, ...rest]: readonly Token[],
  dayOf: (tokens: readonly Token[]) => Day | null,
): Span | null {
  if (
    week?.shape !== "w" || !/^(?:[NO]?M[NO]?|D|O)$/.test(rest.map(({ shape }) => shape).join(""))
  ) {
    return null;
  }
  const day = dayOf(rest);
  if (day?.kind !== "date" && day?.kind !== "confirm") return null;
  const monday = addDays(day.date, 1 - isoWeekday(day.date));
  return span(monday, addDays(monday, 6));
}

/** How many days a unit has, and how many units "several" are. */
const UNITS: Readonly<Record<string, readonly [days: number, several: number]>> = {
  d: [1, 7],
  w: [7, 3],
  m: [30, 2],
};

/** "Within two weeks", "in the next few days", "the coming weeks": from today on. */
function ahead(tokens: readonly Token[], { today }: DayContext): Span | null {
  const shape = tokens.map((token) => token.shape).join("");
  if (!/^<?[XVT]?N?[XV]?[dwm][XV]?$/.test(shape) || !/[<XVT]/.test(shape)) return null;
  const unit = tokens.find((token) => token.shape in UNITS);
  const [days = 0, several = 0] = UNITS[unit?.shape ?? ""] ?? [];
  const count = tokens.find((token) => token.shape === "N")?.value;
  const isOne = unit?.isPlural !== true;
  // "Next week" is not the next seven days.
  if (count === undefined && isOne && !shape.startsWith("<")) return null;
  return span(today, addDays(today, days * (count ?? (isOne ? 1 : several))));
}

/** How many days are searched if only the first was given. */
const OPEN_DAYS = 14;

/** "By Friday", "before Friday", "after the tenth of December", "from Monday on", "Monday or later". */
function limited(
  tokens: readonly Token[],
  { today }: DayContext,
  dayOf: (tokens: readonly Token[]) => Day | null,
): Span | null {
  const isFrom = tokens.some(({ shape }) => shape === ">");
  const limit = isFrom ? ">" : tokens[0]?.shape;
  if (limit === undefined || !">lBg".includes(limit)) return null;
  const rest = isFrom ? tokens.filter(({ shape }) => shape !== ">") : tokens.slice(1);
  const first = isFrom ? tokens[0]?.shape : limit;
  if (first !== limit && tokens.at(-1)?.shape !== limit) return null;
  const day = dayOf(rest);
  const [from, until] = day?.kind === "date"
    ? [day.date, day.date]
    : day?.kind === "span"
    ? [day.from, day.until]
    : [];
  if (from === undefined || from < today) return null;
  switch (limit) {
    case "l":
      return day?.kind === "date" ? span(today, from) : null;
    case "B":
      return from === today ? null : span(today, addDays(from, -1));
    case "g":
      return until ? span(addDays(until, 1), addDays(until, OPEN_DAYS)) : null;
    case ">": {
      const last = addDays(from, OPEN_DAYS - 1);
      // From today on means any day.
      return span(from, from === today ? null : until && until > last ? until : last);
    }
    default:
      return null;
  }
}

/** "Monday through Friday", "between Monday and Friday", "Monday or Tuesday". */
function between(
  tokens: readonly Token[],
  { today }: DayContext,
  dayOf: (tokens: readonly Token[]) => Day | null,
): Span | null {
  const isBetween = tokens[0]?.shape === "j";
  const inner = isBetween ? tokens.slice(1) : tokens;
  const at = inner.findIndex(({ shape }) =>
    shape === "-" || shape === "o" || (isBetween && shape === "&")
  );
  if (at < 1) return null;
  const [before, after] = [inner.slice(0, at), inner.slice(at + 1)];
  const month = [...before, ...after].find(({ shape }) => shape === "M");
  const [first, last] = [before, after].map((side) =>
    // "From the 1st to the 5th of December".
    month !== undefined && /^[NO]$/.test(side.map(({ shape }) => shape).join(""))
      ? [...side, month]
      : side
  );
  const [one, other] = [dayOf(first ?? []), dayOf(last ?? [])];
  if (one?.kind !== "date" || other?.kind !== "date") return null;
  const isNext = addDays(one.date, 1) === other.date;
  // "Monday or Thursday" excludes the days between.
  if (inner[at]?.shape === "o" && !isNext) return null;
  if (one.date < today || other.date < one.date) return null;
  const isRange = first !== before || last !== after;
  return { ...span(one.date, other.date), ...(isRange ? { isRange } : {}) };
}

/** "Early next week", "the end of December", "the rest of this week". */
function partOf(
  [part, ...rest]: readonly Token[],
  { today }: DayContext,
  dayOf: (tokens: readonly Token[]) => Day | null,
): Span | null {
  if (part?.shape !== "r") return null;
  const bare = rest.length === 1 && /[wm]/.test(rest[0]?.shape ?? "");
  const whole = dayOf(bare ? [{ shape: "T", value: 0 }, ...rest] : rest);
  if (whole?.kind !== "span" || whole.until === null) return null;
  const isMonth = rest.some(({ shape }) => shape === "m" || shape === "M");
  // Of the whole week or month, even if it has begun.
  const first = isMonth
    ? `${whole.until.slice(0, 7)}-01`
    : addDays(whole.until, 1 - isoWeekday(whole.until));
  const length = isMonth ? Number(whole.until.slice(8)) : 7;
  const [from, until] = isMonth
    ? MONTH_PARTS[part.value] ?? [0, 1]
    : WEEK_PARTS[part.value] ?? [0, 1];
  const begin = addDays(first, Math.min(from, length - 1));
  const end = addDays(first, Math.min(until, length) - 1);
  return end < today ? null : span(begin < today ? today : begin, end);
}

/** Early, in the middle, late: days from the first, from and until before. */
const WEEK_PARTS: readonly (readonly [from: number, until: number])[] = [[0, 3], [1, 4], [3, 7]];
const MONTH_PARTS: readonly (readonly [from: number, until: number])[] = [[0, 10], [10, 20], [
  20,
  31,
]];

function span(from: LocalDate, until: LocalDate | null): Span {
  return { kind: "span", from, until };
}
