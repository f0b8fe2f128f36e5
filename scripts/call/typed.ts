/** What a typed line is: a tool with its arguments, words of the caller, or the end. */
import { z } from "zod";
import type { JsonObject } from "../../shared/json.ts";

export type Typed =
  | { readonly kind: "nothing" | "tools" | "end" }
  | { readonly kind: "tool"; readonly tool: string; readonly args: JsonObject }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "unclear"; readonly why: string };

const ARGUMENT = /(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*))\s*/y;
const argsSchema = z.record(z.string(), z.json());

/** A tool is `/name` or `/number`, then JSON or `name=value` with quotes around what has spaces. */
export function readTyped(line: string, tools: readonly string[]): Typed {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (!text.startsWith("/")) return { kind: "said", text };
  const [, word = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (word === "tools" || word === "help") return { kind: "tools" };
  if (word === "end") return { kind: "end" };
  const tool = tools[Number(word) - 1] ??
    tools.find((name) => name.toLowerCase() === word.toLowerCase());
  if (tool === undefined) {
    return { kind: "unclear", why: `There is no /${word}; /tools lists the tools` };
  }
  const args = rest.startsWith("{") ? fromJson(rest) : fromPairs(rest);
  return args === null
    ? { kind: "unclear", why: `Cannot read the arguments ${rest}: write JSON, or name="value"` }
    : { kind: "tool", tool, args };
}

function fromJson(text: string): JsonObject | null {
  try {
    return argsSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function fromPairs(text: string): JsonObject | null {
  const args: JsonObject = {};
  ARGUMENT.lastIndex = 0;
  while (ARGUMENT.lastIndex < text.length) {
    const [, name, quoted, bare] = ARGUMENT.exec(text) ?? [];
    if (name === undefined) return null;
    args[name] = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
  }
  return args;
}
