/** What a tool is: the one definition from which Vapi's schema, the endpoint's URL and the parser are derived. */
import type { z } from "zod";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ToolResult } from "../vapi/responses.ts";
import type { ToolContext } from "./context.ts";
import type { Reader, Reading, Told } from "./reading.ts";

/** Passed to whatever needs a schema: an endpoint that needs none does not load it. */
export type Zod = typeof z;

/** The kind of a field: what Vapi is told about it, and how it is read. */
export interface Kind<T extends JsonValue = JsonValue> {
  /** For Vapi's JSON Schema; also decides about values that are not read. */
  readonly schema: (z: Zod) => z.ZodType;
  /**
   * Reads what means the same in every clinic, without asking the database for its settings or loading any language's words; null
   * for everything else.
   */
  readonly plain: (said: string, now: Date) => Reading<T> | null;
  /** Reads what people say and models write. A number in place of words is read as its digits. */
  readonly read: Reader<T>;
}

/** Whether the kind's schema accepts a value. Schemas are loaded with the first value that is not text: most calls have none. */
export async function takes({ schema }: Kind, value: JsonValue): Promise<boolean> {
  const { z } = await import("zod");
  return schema(z).safeParse(value).success;
}

export interface Field<T extends JsonValue = JsonValue> {
  readonly kind: Kind<T>;
  /** Completes "I need ..." when the field is missing or unusable. */
  readonly ask: string;
  /** For the model. */
  readonly description: string;
  readonly optional?: boolean;
  /** Nothing depends on it: if it cannot be read it is left out, and the question about it is added to the tool's answer. */
  readonly dispensable?: boolean;
  /** The name under which the SQL function knows it; its own if left out. */
  readonly as?: string;
  /** Fields that also get what is said here, by kind: `{ time: "appointmentTime" }` for "tomorrow at 2 pm". */
  readonly fills?: { readonly [Kind in keyof Told]?: string };
  /** In characters; 500 if left out. */
  readonly maxLength?: number;
  /** Completes "I need ..." when it is longer. */
  readonly tooLong?: string;
}

/** The arguments of a tool, by the names that the model uses. */
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

/** Something the assistant says by itself while the tool runs. */
export type ToolMessage =
  /** Said when the call starts. */
  | { type: "request-start"; content: string }
  /** Said only if there is no answer after this many milliseconds. */
  | { type: "request-response-delayed"; content: string; timingMilliseconds: number };

/** What a tool needs to know about the clinic's calendars at Google before the database is asked. */
export interface BusyTimes<Name extends string = string> {
  /** The argument that contains the day. */
  readonly day: Name;
  /** Whether to report what is free, or to take it: a slot is taken only after a closer look. */
  readonly purpose: "look" | "take";
}

export interface ToolDefinition<Args extends Fields = Fields> {
  /** The function's name for the model, e.g. `checkAvailability`; its SQL function is `private.tool_check_availability`. */
  readonly name: string;
  /** The endpoint's last path segment and its folder in `functions/`, e.g. `calendar-check`. */
  readonly slug: string;
  /** Tells the model what the tool does, when to use it and what to do with the answer. */
  readonly description: string;
  /** What the model must fill in, and what the tool gets. Build it from `fields.ts`: each field says what to ask for. */
  readonly args: Args;
  /** Left out by tools that have nothing to do with free times. */
  readonly busyTimes?: BusyTimes;
  readonly messages: readonly ToolMessage[];
  /** How long Vapi waits for the answer. */
  readonly timeoutSeconds: number;
}

/** The arguments of a tool, as they were read. */
export type ToolArgs<Tool extends ToolDefinition> = Values<Tool["args"]>;

/** What a tool without a SQL function does, in `functions/<slug>/run.ts`. */
export type Run<Tool extends ToolDefinition> = (
  args: ToolArgs<Tool>,
  context: ToolContext,
) => Promise<ToolResult>;

/** A tool as an endpoint serves it. */
export interface ServedTool<Tool extends ToolDefinition = ToolDefinition> {
  readonly tool: Tool;
  /** Left out by tools that are implemented in SQL. A method, so that tools with any arguments fit into one list. */
  run?(args: ToolArgs<Tool>, context: ToolContext): Promise<ToolResult>;
}

type ToolInput<Args extends Fields> =
  & Omit<ToolDefinition<Args>, "busyTimes" | "messages" | "timeoutSeconds">
  & Partial<Pick<ToolDefinition, "messages" | "timeoutSeconds">>
  & { readonly busyTimes?: BusyTimes<Extract<keyof Args, string>> };

/** Vapi's rule for `function.name`. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
/** The name of a function's folder. */
export const SLUG = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Longer descriptions make models choose worse. */
const MAX_DESCRIPTION = 1000;
/** Vapi's default, stated so that a change on their side changes nothing here. */
const TIMEOUT_SECONDS = 20;

/** Checks a definition and completes it. Throws TypeError for anything that Vapi would refuse later. */
export function defineTool<const Args extends Fields>(
  { messages = [], timeoutSeconds = TIMEOUT_SECONDS, ...tool }: ToolInput<Args>,
): ToolDefinition<Args> {
  if (!NAME.test(tool.name)) {
    throw new TypeError(`Cannot define tool "${tool.name}": the name must match ${NAME}`);
  }
  if (!SLUG.test(tool.slug)) {
    throw new TypeError(
      `Cannot define tool "${tool.name}": the slug must be in kebab case, it is "${tool.slug}"`,
    );
  }
  if (tool.description.length === 0 || tool.description.length > MAX_DESCRIPTION) {
    throw new TypeError(
      `Cannot define tool "${tool.name}": the description must have 1 to ${MAX_DESCRIPTION} characters, ` +
        `it has ${tool.description.length}`,
    );
  }
  checkFills(tool);
  return { ...tool, messages, timeoutSeconds };
}

function checkFills({ name, args }: { name: string; args: Fields }): void {
  for (const [from, { fills = {} }] of Object.entries<Field>(args)) {
    const lost = Object.values(fills).find((to) => !Object.hasOwn(args, to));
    if (lost !== undefined) {
      throw new TypeError(
        `Cannot define tool "${name}": "${from}" fills "${lost}", which it lacks`,
      );
    }
  }
}

/** `checkAvailability` -> `tool_check_availability`, which `public.tool_call` finds in schema `private`. */
export function sqlFunctionOf({ name }: Pick<ToolDefinition, "name">): string {
  return `tool_${name.replace(/[A-Z]/g, "_$&").toLowerCase()}`;
}

/** The values under the names that the tool's SQL function uses. */
export function sqlArguments(
  { args }: Pick<ToolDefinition, "args">,
  values: JsonObject,
): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [args[name]?.as ?? name, value]),
  );
}

/** A field's name however it is spelled: some models write `patient_name`. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

const WHOSE =
  /^(?:appointment|patient|caller|customer|visit|booking|slot|preferred|requested|desired)(?=.)/;

const OTHER_NAMES: Readonly<Record<string, string>> = {
  day: "date",
  starttime: "time",
  fullname: "name",
  phonenumber: "phone",
  mobile: "phone",
  emailaddress: "email",
  mail: "email",
  doctor: "provider",
  dentist: "provider",
  otp: "code",
  verificationcode: "code",
};

/** The core of a name: models write `date` for `appointmentDate`, and one tool's names for another's. */
export function coreName(name: string): string {
  const core = plainName(name).replace(WHOSE, "");
  return OTHER_NAMES[core] ?? core;
}
