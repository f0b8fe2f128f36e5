/** One argument of a tool, as data: spread one to change it, `{ ...date, as: "day", optional: true }`. */
import type { z } from "zod";
import type { JsonValue } from "../json.ts";
import type { Reader, Told } from "./reading.ts";

/** What sort of thing a field holds: what Vapi is told of it, and how it is read. */
export interface Kind<T extends JsonValue = JsonValue> {
  /** For Vapi's JSON Schema; decides about values that aren't read. */
  readonly schema: z.ZodType;
  /** Reads what people say and models write. A number where words are expected is read as its figures. */
  readonly read: Reader<T>;
  /** True for words that mean the same in every clinic: they are read without asking the database for its settings. */
  readonly standsAlone: (said: string, now: Date) => boolean;
}

export interface Field<T extends JsonValue = JsonValue> {
  readonly kind: Kind<T>;
  /** Completes "I need …" when the field is missing or unusable. */
  readonly ask: string;
  /** For the model. */
  readonly description: string;
  readonly optional?: boolean;
  /** Nothing waits for it: what can't be read is left out, and what to ask about it is added to the tool's answer. */
  readonly dispensable?: boolean;
  /** The name that the SQL function knows it by; its own if left out. */
  readonly as?: string;
  /** Which fields get what is said here as well, by its kind: `{ time: "appointmentTime" }` for "tomorrow at 2 pm". */
  readonly fills?: { readonly [Kind in keyof Told]?: string };
  /** In characters; 500 if left out. */
  readonly maxLength?: number;
  /** Completes "I need …" when it is longer. */
  readonly tooLong?: string;
}

/** The arguments of a tool by their names for the model. */
export interface Fields {
  readonly [name: string]: Field;
}

/** What was read of some fields: those left out are missing. */
export type Values<Args extends Fields> =
  & {
    readonly [Name in keyof Args as IsOptional<Args[Name]> extends true ? never : Name]: ValueOf<
      Args[Name]
    >;
  }
  & {
    readonly [Name in keyof Args as IsOptional<Args[Name]> extends true ? Name : never]?: ValueOf<
      Args[Name]
    >;
  };

type ValueOf<F extends Field> = F extends Field<infer T> ? T : never;
type IsOptional<F extends Field> = F extends { readonly optional: true } ? true : false;
