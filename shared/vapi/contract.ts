/** What Vapi accepts, according to its own document (contract.json). 125 kB: imported only by code that checks bodies. */
import table from "./contract.json" with { type: "json" };
import type { ContractTable, Kind, Node, Shape } from "./contract_table.ts";

const { bodies, shapes }: ContractTable = table;

export interface ContractError {
  /** Dotted, such as "model.tools.0.server.url"; "" for the body itself. */
  path: string;
  /** In Vapi's words, with the path: "model.property color should not exist". */
  message: string;
}

/**
 * The subject of the functions below: a request's body ("POST /tool", "PATCH /assistant/:id"), a shape ("CreateAssistantDTO") or a shape's
 * key ("CreateAssistantDTO.voice").
 */
export type ContractName = string;

/** Every reason why Vapi answers 400 to this value at `path` in a body. */
export function contractErrors(name: ContractName, value: unknown, path = ""): ContractError[] {
  return check(kindOf(name), value, path, false);
}

/** The same for a JSON merge patch: null removes a key, and what an object leaves out may already exist. */
export function patchErrors(name: ContractName, value: unknown, path: string): ContractError[] {
  return check(kindOf(name), value, path, true);
}

/** variantOf("CreateAssistantDTO.voice", "vapi") → "VapiVoice"; null if there is no such variant. */
export function variantOf(name: ContractName, value: string): string | null {
  const kind = kindOf(name);
  return typeof kind === "object" ? kind.cases?.[value] ?? null : null;
}

/** valuesOf("VapiVoice.provider") → ["vapi"]; null if it is not a list of values. */
export function valuesOf(name: ContractName): string[] | null {
  const kind = kindOf(name);
  if (typeof kind !== "object") return null;
  return kind.enum?.map(String) ?? (kind.cases && Object.keys(kind.cases)) ?? null;
}

/** Keys that an object of this shape may have. */
export function keysOf(shape: string): string[] {
  return Object.keys(fieldsOf(shape).keys);
}

/** The allowed values of that name, with references to other keys resolved. */
export function kindOf(name: ContractName): Kind {
  const body = bodies[name];
  return resolved(body ?? `${name.includes(".") ? "=" : "#"}${name}`);
}

/** A shape's keys, including those of the shape that it extends. */
export function fieldsOf(name: string): { required: string[]; keys: Record<string, Kind> } {
  const shape: Shape | undefined = shapes[name];
  if (shape === undefined) throw new Error(`Vapi's document has no ${name}`);
  const { required = [], like, without = [] } = shape;
  if (like === undefined) return { required, keys: shape.keys ?? {} };
  const entries = Object.entries(fieldsOf(like).keys).filter(([key]) => !without.includes(key));
  return { required, keys: Object.fromEntries(entries) };
}

function resolved(kind: Kind): Kind {
  if (typeof kind !== "string" || !kind.startsWith("=")) return kind;
  const [shape = "", key = ""] = kind.slice(1).split(".");
  const found = fieldsOf(shape).keys[key];
  if (found === undefined) throw new Error(`Vapi's document has no ${kind.slice(1)}`);
  return resolved(found);
}

function check(unresolved: Kind, value: unknown, path: string, isPatch: boolean): ContractError[] {
  const kind = resolved(unresolved);
  if (typeof kind === "string") {
    return kind.startsWith("#")
      ? checkShape(kind.slice(1), value, path, isPatch)
      : isOfType(kind, value)
      ? []
      : [problem(path, typeProblem(kind))];
  }
  return checkNode(kind, value, path, isPatch);
}

function checkNode(node: Node, value: unknown, path: string, isPatch: boolean): ContractError[] {
  if (node.enum !== undefined) {
    return node.enum.some((each) => each === value) ? [] : [problem(path, oneOf(node.enum))];
  }
  if (node.by !== undefined) return checkVariant(node.by, node.cases ?? {}, value, path, isPatch);
  if (node.or !== undefined) return checkUnion(node.or, value, path, isPatch);
  if (node.list !== undefined) {
    return checkList(node.list, value, path);
  }
  if (node.map !== undefined) {
    const { map } = node;
    if (!isObject(value)) return [problem(path, "must be an object")];
    return Object.entries(value).flatMap(([key, item]) =>
      isPatch && item === null ? [] : check(map, item, joined(path, key), isPatch)
    );
  }
  const { type = "any" } = node;
  if (!isOfType(type, value)) return [problem(path, typeProblem(type))];
  return limitErrors(node, value).map((text) => problem(path, text));
}

/** Of items that are not objects, only the first wrong one is reported, and in other words. */
function checkList(kind: Kind, value: unknown, path: string): ContractError[] {
  if (!Array.isArray(value)) return [problem(path, "must be an array")];
  const errors = value.flatMap((item: unknown, i) =>
    // A list is replaced as a whole.
    check(kind, item, joined(path, String(i)), false)
  );
  const index = path.lastIndexOf(".") + 1;
  const each = `${path.slice(0, index)}each value in ${path.slice(index)}`;
  const told = new Set<string>();
  return errors.flatMap((error) => {
    if (!/^\.\d+$/.test(error.path.slice(path.length))) return [error];
    const message = error.message.replace(error.path, () => each);
    if (told.has(message)) return [];
    told.add(message);
    return [{ ...error, message }];
  });
}

function checkVariant(
  by: string,
  cases: Record<string, string>,
  value: unknown,
  path: string,
  isPatch: boolean,
): ContractError[] {
  if (!isObject(value)) return [problem(path, "must be an object")];
  if (isPatch && value[by] === undefined) {
    return checkUnion(Object.values(cases).map((shape) => `#${shape}`), value, path, true);
  }
  const shape = Object.hasOwn(cases, String(value[by])) ? cases[String(value[by])] : undefined;
  return shape === undefined
    ? [problem(joined(path, by), oneOf(Object.keys(cases)))]
    // An object that names its variant may replace one of another variant.
    : checkShape(shape, value, path, isPatch, true);
}

/** If no variant fits, the problems are those of the one that the value comes closest to. */
function checkUnion(
  kinds: Kind[],
  value: unknown,
  path: string,
  isPatch: boolean,
): ContractError[] {
  const tried = kinds.map((kind) => check(kind, value, path, isPatch));
  const isDeep = (errors: ContractError[]) => errors.some((error) => error.path !== path);
  const ranked = tried.toSorted((a, b) =>
    Number(isDeep(b)) - Number(isDeep(a)) || a.length - b.length
  );
  return tried.some(({ length }) => length === 0) ? [] : ranked[0] ?? [];
}

function checkShape(
  name: string,
  value: unknown,
  path: string,
  isPatch: boolean,
  isComplete = !isPatch,
): ContractError[] {
  if (!isObject(value)) return [problem(path, "must be an object")];
  const { required, keys } = fieldsOf(name);
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(keys, key));
  const mayLack = (key: string) => !isComplete || !required.includes(key);
  const known = Object.entries(keys).flatMap(([key, kind]) =>
    value[key] === undefined && mayLack(key) ||
      isPatch && value[key] === null && !required.includes(key)
      ? []
      : check(kind, value[key], joined(path, key), isPatch)
  );
  return [
    ...unknown.map((key) => ({
      path: joined(path, key),
      message: joined(path, `property ${key} should not exist`),
    })),
    ...known,
  ];
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "any":
      return value !== undefined;
    case "null":
      return value === null;
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    default:
      return typeof value === "string";
  }
}

const typeProblems: Record<string, string> = {
  any: "should not be empty",
  object: "must be an object",
  boolean: "must be a boolean value",
  integer: "must be an integer number",
  number: "must be a number conforming to the specified constraints",
};

function typeProblem(type: string): string {
  return typeProblems[type] ?? `must be a ${type}`;
}

function oneOf(values: readonly (string | number)[]): string {
  return `must be one of the following values: ${values.join(", ")}`;
}

function problem(path: string, text: string): ContractError {
  return { path, message: `${path === "" ? "body" : path} ${text}` };
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with a value of the right type, in Vapi's words. */
export function limitErrors(node: Node, value: unknown): string[] {
  if (typeof value === "string") return [...formErrors(node, value), ...lengthErrors(node, value)];
  if (typeof value !== "number") return [];
  const { min = -Infinity, max = Infinity } = node;
  if (value < min) return [`must not be less than ${min}`];
  return value > max ? [`must not be greater than ${max}`] : [];
}

function lengthErrors({ min = 0, max = Infinity }: Node, { length }: string): string[] {
  if (length < min) return [`must be longer than or equal to ${min} characters`];
  return length > max ? [`must be shorter than or equal to ${max} characters`] : [];
}

function formErrors({ pattern, format }: Node, text: string): string[] {
  if (pattern !== undefined && !regExp(pattern).test(text)) {
    return [`must match /${pattern}/ regular expression`];
  }
  switch (format) {
    case "public-url":
      return isPublicUrl(text) ? [] : [
        `must be a valid URL. Hot tip, the protocol should be https:// or wss://, but found ${text}`,
      ];
    case "uri":
      return URL.canParse(text) ? [] : ["must be a URL address"];
    case "uuid":
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? [] : ["must be a UUID"];
    case "date-time":
      return Number.isNaN(Date.parse(text)) ? ["must be a valid ISO 8601 date string"] : [];
    default:
      return [];
  }
}

const compiled = new Map<string, RegExp>();

function regExp(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, "u");
  compiled.set(pattern, made);
  return made;
}

/** Vapi accepts only https and wss with a public host; https://localhost is refused, like http. */
function isPublicUrl(text: string): boolean {
  if (/\s/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== "https:" && protocol !== "wss:") return false;
  if (hostname.startsWith("127.") || hostname === "[::1]" || hostname === "0.0.0.0") return false;
  return hostname.includes(".") && !hostname.endsWith(".localhost") || hostname.startsWith("[");
}
