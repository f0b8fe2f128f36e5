/** Repeats a call's tool calls, one after the other, in a copy of its clinic. */
import { isJsonObject, type JsonValue } from "../../shared/json.ts";
import { Conversation, type Tell } from "./conversation.ts";
import type { StackPhone, ToolUse } from "./stack_phone.ts";

export interface Replayed {
  readonly repeated: number;
  /** Calls that did not end as they did before. */
  readonly differences: readonly string[];
}

/** Throws, with what is known about the call, if its arguments are not known. */
export async function replay(phone: StackPhone, id: string, tell: Tell): Promise<Replayed> {
  const recorded = await phone.recorded(id);
  if (!recorded.played) throw new Error(cannotRepeat(id, recorded.stored));
  const conversation = new Conversation(phone, await phone.openCopy(id), tell);
  const differences: string[] = [];
  const ids = new Map<string, string>();
  for (const [i, before] of recorded.uses.entries()) {
    const now = await conversation.tool(before.tool, withIds(before.arguments, ids));
    learnIds(before.answer, now.answer, ids);
    const [was, is] = [outcomeOf(before), outcomeOf(now)];
    if (was !== is) differences.push(`${i + 1}. ${before.tool}: ${is} now, ${was} then`);
  }
  await conversation.hangUp();
  return { repeated: recorded.uses.length, differences };
}

function cannotRepeat(id: string, stored: readonly { tool: string; outcome: string | null }[]) {
  if (stored.length === 0) return `Nothing is known of a call ${id}`;
  const tools = stored.map(({ tool, outcome }) => `${tool} (${outcome ?? "no outcome"})`).join(
    ", ",
  );
  return `Cannot repeat the call ${id}: the database keeps what tools answered, and never what they were given, which is ` +
    `about patients. Only calls of this running stack, by hand or by Ring, can be repeated. Its tools: ${tools}`;
}

/** An id from an earlier answer is a different one in the copy. */
function withIds(
  args: ToolUse["arguments"],
  ids: ReadonlyMap<string, string>,
): ToolUse["arguments"] {
  if (typeof args === "string") return args;
  return Object.fromEntries(
    Object.entries(args).map((
      [name, value],
    ) => [name, typeof value === "string" ? ids.get(value) ?? value : value]),
  );
}

function learnIds(before: JsonValue, now: JsonValue, ids: Map<string, string>): void {
  if (Array.isArray(before) && Array.isArray(now)) {
    before.forEach((each, i) => learnIds(each, now[i] ?? null, ids));
  } else if (isJsonObject(before) && isJsonObject(now)) {
    for (const [name, value] of Object.entries(before)) learnIds(value, now[name] ?? null, ids);
  } else if (typeof before === "string" && typeof now === "string" && UUID.test(before)) {
    ids.set(before, now);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function outcomeOf({ answer, status }: ToolUse): string {
  if (answer === null) return `no answer (HTTP ${status ?? "none"})`;
  if (!isJsonObject(answer)) return "an answer";
  return answer.success === true ? "done" : `refused (${String(answer.code ?? "no code")})`;
}
