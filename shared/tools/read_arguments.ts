/** Turns what the model wrote into what the tool takes, in the clinic's time zone, country and language. */
import { asText, cut, isJsonObject, type JsonObject, jsonOrNull, type JsonValue } from "../json.ts";
import type { ToolContext } from "./context.ts";
import {
  coreName,
  type Field,
  type Fields,
  plainName,
  takes,
  type ToolArgs,
  type ToolDefinition,
} from "./define.ts";
import { question, type Reading, type Told } from "./reading.ts";

export interface ReadArguments<Tool extends ToolDefinition = ToolDefinition> {
  /** By the names that the model knows them by. */
  readonly values: ToolArgs<Tool>;
  /** Questions about fields that nothing depends on. */
  readonly remarks: readonly string[];
}

/** What reading needs of a call. */
type CallOfReading = Pick<ToolContext, "now" | "org"> & {
  readonly call: { readonly customerNumber: string | null };
};

/**
 * Reads a call's arguments field by field. Forgives what models do: null or "" for a value that is left out, a number instead of text,
 * unknown fields. Throws a question that names everything missing at once ("I need A; and B."), or the question of a reader, or that two
 * fields contradict each other.
 */
export async function readArguments(
  { args }: Pick<ToolDefinition, "args">,
  given: JsonObject,
  call: CallOfReading,
): Promise<ReadArguments> {
  const said = await present(args, given);
  const early = await readFillers(args, said, call);
  const { filled, mayFill } = filledBy(args, early);
  // A value that another field may still supply is asked for together with other things, not by itself.
  if ((await unusable(args, said, [...filled, ...mayFill])).length > 0) {
    await askFor(await unusable(args, said, filled), call);
  }

  const values = new Map<string, JsonValue>();
  const told: [fills: NonNullable<Field["fills"]>, also: Told][] = [];
  const remarks: string[] = [];
  for (const [name, value] of said) {
    const field = args[name];
    if (field === undefined) continue;
    const reading = early.get(name) ??
      await readField(field, value, call, toldOf(name, args, values, told));
    if (reading.kind !== "question" && reading.also !== undefined && field.fills !== undefined) {
      told.push([field.fills, reading.also]);
    }
    if (reading.kind === "nothing") continue;
    if (reading.kind === "question") {
      if (!field.dispensable) throw question(reading.ask, { form: reading.form });
      remarks.push(reading.ask);
      continue;
    }
    values.set(name, reading.value);
  }
  for (const [fills, also] of told) await fill(values, fills, also, call);
  await askFor(missing(args, values), call);
  return { values: Object.fromEntries(values), remarks };
}

/** What to ask when the arguments could not be read at all: everything that the tool requires. */
export async function askForEverything(
  { args }: Pick<ToolDefinition, "args">,
  call: Pick<CallOfReading, "org">,
): Promise<string> {
  const language = await languageOfCall(call);
  const asks = missing(args, new Map());
  const { sayIn } = await sentences();
  const then = asks.length === 0
    ? sayIn(language, "Please tell me again what you need.")
    : await sentence(asks, language);
  return `${sayIn(language, "I couldn't read the details.")} ${then}`;
}

/** Fields that the model has filled in, in the order of the definition. */
async function present(args: Fields, given: JsonObject): Promise<Map<string, JsonValue>> {
  const said = unwrapped(args, given);
  const names = Object.keys(said);
  // Another tool's name for the same thing, if there is exactly one such value and one field for it.
  const isOnly = (all: readonly string[], core: string) =>
    all.filter((name) => coreName(name) === core).length === 1;
  const values = new Map<string, JsonValue>();
  for (const [name, field] of Object.entries(args)) {
    const core = coreName(name);
    const from = names.find((each) => each === name) ??
      names.find((each) => plainName(each) === plainName(name)) ??
      (isOnly(names, core) && isOnly(Object.keys(args), core)
        ? names.find((each) => coreName(each) === core)
        : undefined);
    const given = from === undefined ? undefined : said[from];
    const value = given === undefined ? null : await bare(field, given);
    if (value !== null && asText(value) !== "") values.set(name, value);
  }
  return values;
}

const WRAPPERS = ["arguments", "parameters", "args", "input"];

/** Some models write `{"arguments": {…}}`. */
function unwrapped(args: Fields, given: JsonObject): JsonObject {
  const [[name, inner] = ["", null], ...more] = Object.entries(given);
  const isWrapped = more.length === 0 && WRAPPERS.includes(name) && !Object.hasOwn(args, name);
  if (!isWrapped) return given;
  const value = typeof inner === "string" ? jsonOrNull(inner) : inner;
  return isJsonObject(value) ? value : given;
}

/** A list of one becomes its item, an empty value null. What nothing depends on becomes, if unusable, text that is asked about. */
async function bare(field: Field, value: JsonValue): Promise<JsonValue> {
  const { kind, dispensable, maxLength = MAX_LENGTH } = field;
  const text = asText(value);
  if (text !== null) return dispensable ? cut(text, maxLength) : value;
  if (value === null || await takes(kind, value)) return value;
  if (Array.isArray(value) && value.length === 1) return await bare(field, value[0] ?? null);
  if (typeof value === "boolean" || Object.keys(value).length === 0) return null;
  return dispensable ? cut(JSON.stringify(value), maxLength) : value;
}

const MAX_LENGTH = 500;

/** What to ask before the rest is read: what is missing and not supplied by another field, and what cannot be used. */
async function unusable(
  args: Fields,
  said: ReadonlyMap<string, JsonValue>,
  filled: Iterable<string>,
): Promise<string[]> {
  const told = new Set(filled);
  const asks: string[] = [];
  for (const [name, field] of Object.entries(args)) {
    const value = said.get(name);
    if (value === undefined && (field.optional || told.has(name))) continue;
    const ask = value === undefined ? field.ask : await problemOf(field, value);
    if (ask !== null) asks.push(ask);
  }
  return asks;
}

/** Completes "I need ..." for a value that is too long or of the wrong type. */
async function problemOf(
  { ask, kind, maxLength = MAX_LENGTH, tooLong }: Field,
  value: JsonValue,
): Promise<string | null> {
  const text = asText(value);
  if (text === null) return await takes(kind, value) ? null : ask;
  return text.length > maxLength ? tooLong ?? ask + IN_FEWER_WORDS : null;
}

const IN_FEWER_WORDS = ", in fewer words";

/** Reads the fields that may supply what is missing elsewhere: only then is it known what to ask for. */
async function readFillers(
  args: Fields,
  said: ReadonlyMap<string, JsonValue>,
  call: CallOfReading,
): Promise<Map<string, Reading<JsonValue>>> {
  const readings = new Map<string, Reading<JsonValue>>();
  for (const [name, value] of said) {
    const field = args[name];
    if (field === undefined || await problemOf(field, value) !== null) continue;
    const isNeeded = Object.values(field.fills ?? {})
      .some((target) => !said.has(target) && !args[target]?.optional);
    if (isNeeded) readings.set(name, await readField(field, value, call));
  }
  return readings;
}

/** The fields that those readings fill, and those that they may fill once their open question is answered. */
function filledBy(
  args: Fields,
  readings: ReadonlyMap<string, Reading<JsonValue>>,
): { filled: string[]; mayFill: string[] } {
  const fillers = [...readings].map(([name, reading]) =>
    [args[name]?.fills ?? {}, reading] as const
  );
  return {
    filled: fillers.flatMap(([fills, reading]) =>
      reading.kind === "value" ? targets(fills, reading.also ?? {}).map(([target]) => target) : []
    ),
    mayFill: fillers.flatMap(([fills, { kind }]) =>
      kind === "question" ? Object.values(fills) : []
    ),
  };
}

/** What a field says about others, by the fields that it is for. */
function targets(fills: NonNullable<Field["fills"]>, also: Told): [name: string, value: string][] {
  const told = [
    [fills.date, also.date],
    [fills.time, also.time],
    [fills.until, also.until],
    [fills.part, also.part],
  ] as const;
  return told.flatMap(([name, value]) =>
    name === undefined || value === undefined ? [] : [[name, value]]
  );
}

function missing(args: Fields, values: ReadonlyMap<string, JsonValue>): string[] {
  return Object.entries(args)
    .filter(([name, { optional }]) => !optional && !values.has(name))
    .map(([, { ask }]) => ask);
}

/** Words and numbers are read; whether anything else is acceptable has been decided by the schema. */
async function readField(
  { kind }: Field,
  value: JsonValue,
  { call, now, org }: CallOfReading,
  told?: Told,
): Promise<Reading<JsonValue>> {
  const text = asText(value);
  const isFinal = typeof value !== "string" && await takes(kind, value);
  if (text === null || isFinal) return { kind: "value", value };
  const plain = kind.plain(text, now);
  if (plain !== null) return plain;
  const { timezone, country, language, openings, horizonDays } = await org();
  return await kind.read(text, {
    now,
    timezone,
    country,
    language,
    openings,
    horizonDays,
    callerNumber: call.customerNumber,
    ...(told === undefined ? {} : { told }),
  });
}

/** Passes what one field says about others to the fields that it fills. */
async function fill(
  values: Map<string, JsonValue>,
  fills: NonNullable<Field["fills"]>,
  also: Told,
  { org }: CallOfReading,
): Promise<void> {
  for (const [name, value] of targets(fills, also)) {
    const there = values.get(name);
    // "Next week", and the last day that will do.
    if (there !== undefined && name === fills.until) continue;
    // A part of the day is only a hint beside a time or another part.
    if (typeof there === "string" && there !== value && name !== fills.part) {
      const { sayContradiction } = await sentences();
      throw question(sayContradiction(there, value, (await org()).language));
    }
    values.set(name, value);
  }
}

/** What is known about a field's day from the fields that fill it: "tomorrow morning" tells which 9 o'clock is meant. */
function toldOf(
  name: string,
  args: Fields,
  values: ReadonlyMap<string, JsonValue>,
  told: readonly [fills: NonNullable<Field["fills"]>, also: Told][],
): Told {
  const filler = Object.entries(args).find(([, { fills }]) => fills?.time === name);
  const date = filler === undefined ? undefined : values.get(filler[0]);
  const part = told.find(([fills]) => fills.time === name)?.[1].part;
  return {
    ...(typeof date === "string" ? { date } : {}),
    ...(part === undefined ? {} : { part }),
  };
}

async function askFor(asks: readonly string[], call: CallOfReading): Promise<void> {
  if (asks.length > 0) throw question(await sentence(asks, await languageOfCall(call)));
}

/** A question is asked even if the clinic is not known: in English. */
async function languageOfCall({ org }: Pick<CallOfReading, "org">): Promise<string> {
  try {
    return (await org()).language;
  } catch {
    return "en";
  }
}

/** Loaded with the first question: most calls need none. */
const sentences = () => import("./readers/speak.ts");

async function sentence(asks: readonly string[], language: string): Promise<string> {
  const { sayIn } = await sentences();
  const said = asks.map((ask) =>
    ask.endsWith(IN_FEWER_WORDS)
      ? sayIn(language, ask.slice(0, -IN_FEWER_WORDS.length)) + sayIn(language, IN_FEWER_WORDS)
      : sayIn(language, ask)
  );
  const last = said.pop() ?? "";
  const what = said.length === 0 ? last : said.join("; ") + sayIn(language, "; and ") + last;
  return sayIn(language, "I need {what}.", { what });
}
