import { fieldsOf, kindOf, limitErrors } from "../../../shared/vapi/contract.ts";
import type { Kind, Node } from "../../../shared/vapi/contract_table.ts";
import type { Random } from "../../proof/storm/random.ts";

type Fields = Record<string, unknown>;

const WORDS = ["alpha", "Front desk", "hello there", "gamma_7", "ÜMLAUT", "9", "BETA_2"];
const DEEPEST = 5;

/**
 * A body that Vapi's document allows, with everything required and some of the rest: randomBody(random, "CreateAssistantDTO"). The same
 * seed makes the same body.
 */
export function randomBody(random: Random, shape: string): Fields {
  return object(random, shape, 0);
}

function object(random: Random, shape: string, depth: number): Fields {
  const { required, keys } = fieldsOf(shape);
  // The nearer to the top, the more keys: a body with every key at every depth would be a megabyte.
  const likelihood = depth >= DEEPEST ? 0 : [0.5, 0.4, 0.3, 0.2, 0.1][depth] ?? 0;
  const chosen = Object.keys(keys).filter((key) =>
    required.includes(key) || random.chance(likelihood)
  );
  const entries = chosen.map((key) => [key, value(random, kindOf(`${shape}.${key}`), depth + 1)]);
  return Object.fromEntries(entries);
}

function value(random: Random, kind: Kind, depth: number): unknown {
  if (typeof kind === "object") return ofNode(random, kind, depth);
  if (kind.startsWith("=")) return value(random, kindOf(kind.slice(1)), depth);
  if (kind.startsWith("#")) return object(random, kind.slice(1), depth);
  switch (kind) {
    case "boolean":
      return random.chance(0.5);
    case "number":
    case "integer":
      return random.below(1000);
    case "object":
      return { [random.pick(["note", "team", "zone"])]: random.pick(WORDS) };
    case "null":
      return null;
    default:
      return random.pick(WORDS);
  }
}

function ofNode(random: Random, node: Node, depth: number): unknown {
  if (node.enum !== undefined) return random.pick(node.enum);
  if (node.or !== undefined) return value(random, random.pick(node.or), depth);
  if (node.by !== undefined) {
    const [name, shape] = random.pick(Object.entries(node.cases ?? {}));
    return { ...object(random, shape, depth), [node.by]: name };
  }
  const count = depth > DEEPEST ? 0 : random.below(3);
  if (node.list !== undefined) {
    const { list } = node;
    return Array.from({ length: count }, () => value(random, list, depth));
  }
  if (node.map !== undefined) {
    const { map } = node;
    const keys = ["first", "second", "third"].slice(0, count);
    return Object.fromEntries(keys.map((key) => [key, value(random, map, depth)]));
  }
  return limited(random, node);
}

function limited(random: Random, node: Node): unknown {
  const { type, min = 0, format } = node;
  if (type !== "string") {
    const { max = min + 1000 } = node;
    return Number.isInteger(min) ? min + random.below(Math.floor(max - min) + 1) : min;
  }
  const hex = () => random.below(16).toString(16);
  const made: Record<string, string> = {
    uuid: "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", hex),
    "date-time": new Date(1_790_000_000_000 + random.below(1_000_000_000)).toISOString(),
    uri: `https://files.example.test/${hex()}${hex()}`,
    "public-url": `https://elsewhere.example.test/${hex()}${hex()}`,
  };
  const candidates = format === undefined
    ? [random.pick(WORDS), ...WORDS].map((word) => word.padEnd(min, "x"))
    : [made[format] ?? ""];
  const found = candidates.find((candidate) => limitErrors(node, candidate).length === 0);
  if (found === undefined) throw new Error(`No text is known for ${JSON.stringify(node)}`);
  return found;
}
