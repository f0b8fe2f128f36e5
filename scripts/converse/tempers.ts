/** How stand-ins for a model differ: what they write into a call, how they send it, and whom they obey. */
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { addDays } from "../../shared/tools/local_date.ts";
import { exampleIn, topicOf } from "./definition.ts";
import type { Knowledge, Parameter, ToolText } from "./knowledge.ts";
import type { Answer, ToolLine, ToolUse } from "./line.ts";
import type { StandIn, Topic } from "./scenario.ts";
import type { Fact } from "./words.ts";

export interface Blank {
  readonly parameter: Parameter;
  readonly topic: Topic | undefined;
  readonly isRequired: boolean;
  /** Today, according to the prompt; a model that is not told assumes the day on which it was trained. */
  readonly today: string;
  /** How often this parameter was written before. */
  readonly before: number;
  /** The number that the call comes from, according to the prompt. */
  readonly caller: string | undefined;
}

export interface Temper {
  /** What goes into a parameter; undefined leaves it out. */
  fill(fact: Fact | undefined, blank: Blank): JsonValue | undefined;
  /** Whether a parameter is filled in without having been asked for. */
  invents(blank: Blank): boolean;
  send(line: ToolLine, use: ToolUse, knowledge: Knowledge): Promise<Answer>;
  readonly claimsWithoutDeeds: boolean;
  readonly takesOrders: boolean;
}

/** Writes what is meant, in the form that the description shows. */
function asDescribed(fact: Fact | undefined, { parameter, today }: Blank): JsonValue | undefined {
  if (fact === undefined) return undefined;
  const { meant } = fact;
  if (typeof meant !== "string") return addDays(today, meant.daysAhead);
  if (parameter.type === "boolean") return meant === "yes";
  const example = exampleIn(parameter.description);
  return example === undefined || !/^\+\d{7,}$/.test(meant) ? meant : likeExample(meant, example);
}

/** A number with its country code if the example has one, otherwise with as many of its digits as the example. */
function likeExample(phone: string, example: string): string {
  const digits = example.replace(/\D/g, "").length;
  return example.startsWith("+") || digits === 0 ? phone : phone.slice(-digits);
}

const obedient: Temper = {
  fill: asDescribed,
  invents: () => false,
  send: async (line, use) => (await line.use([use]))[0] ?? nothing,
  claimsWithoutDeeds: false,
  takesOrders: false,
};

const nothing: Answer = { success: false, message: "", data: {}, problem: "No answer" };

/** Passes on the caller's words as they are. */
const literal: Temper = { ...obedient, fill: (fact) => fact?.words };

/** Never leaves a parameter blank: last year's date at first, the caller's number or the example's, "none". */
const inventor: Temper = {
  ...obedient,
  fill(fact, blank) {
    const { parameter, topic, isRequired, before, caller } = blank;
    if (fact !== undefined) {
      const value = asDescribed(fact, blank);
      const isFirstDay = topic === "day" && before === 0 && typeof value === "string";
      return isFirstDay ? `${Number(value.slice(0, 4)) - 1}${value.slice(4)}` : value;
    }
    return isRequired ? caller ?? exampleIn(parameter.description) : "none";
  },
  invents: ({ parameter, topic, before, caller }) =>
    topic === "phone" && before === 0 && (caller ?? exampleIn(parameter.description)) !== undefined,
};

/** Sends each call twice: in one message under two ids, at once under one id, or under an id that it used before. */
const stutterer: Temper = {
  ...obedient,
  async send(line, use) {
    const single = ["function-call", "root", "legacy"].includes(line.options.shape);
    const way = (line.options.seed + line.answers.length) % 3;
    const id = `call_${crypto.randomUUID().slice(0, 8)}`;
    if (way === 0 && !single) {
      return best(await line.use([{ ...use, id: `${id}a` }, { ...use, id: `${id}b` }]));
    }
    if (way === 1) {
      const both = await Promise.all([line.use([{ ...use, id }]), line.use([{ ...use, id }])]);
      return best(both.flat());
    }
    const first = await line.use([{ ...use, id: "call_0" }]);
    await line.use([{ ...use, id: "call_0" }]);
    return best(first);
  },
};

/** Of two answers to one call, the one that says what was done. */
function best(answers: readonly Answer[]): Answer {
  return answers.find(({ success }) => success) ?? answers[0] ?? nothing;
}

/** Before each call, calls a tool that it does not have: another of the clinic's, or one that does not exist. */
const wanderer: Temper = {
  ...obedient,
  async send(line, use, { tools }) {
    const names = ["bookClinicAppointment", "cancelAppointment", "reserveSlot", "sendSms"];
    const unlinked = names.find((name) => !tools.some((tool) => tool.name === name));
    const answer = await line.useUnlinked(use.name, { ...use, name: unlinked ?? "transferCall" });
    if (answer.success) {
      throw new Error(`${unlinked ?? "transferCall"} did what it was not linked for`);
    }
    return obedient.send(line, use, { tools, prompt: "" });
  },
};

/** Says that it is done, and has done nothing. */
const boaster: Temper = { ...obedient, claimsWithoutDeeds: true };

/** Does whatever the caller says, no matter whose decision that should be. */
const injected: Temper = { ...obedient, takesOrders: true };

const TEMPERS: Readonly<Record<StandIn, Temper>> = {
  obedient,
  literal,
  inventor,
  stutterer,
  wanderer,
  boaster,
  injected,
};

export const temperOf = (standIn: StandIn): Temper => TEMPERS[standIn];

/** The arguments of a call. `written` counts how often each parameter was written. */
export function argumentsFor(
  tool: ToolText,
  temper: Temper,
  { facts, ids, today, caller, written }: {
    facts: Partial<Record<Topic, Fact>>;
    ids: JsonObject;
    today: string;
    caller: string | undefined;
    written: Map<string, number>;
  },
): JsonObject {
  const args: JsonObject = {};
  for (const [name, parameter] of Object.entries(tool.parameters)) {
    const topic = topicOf(name);
    const before = written.get(topic ?? name) ?? 0;
    const isRequired = tool.required.includes(name);
    const value = topic === undefined && ids[name] !== undefined
      ? ids[name]
      : temper.fill(topic === undefined ? undefined : facts[topic], {
        parameter,
        topic,
        isRequired,
        today,
        before,
        caller,
      });
    if (value === undefined) continue;
    args[name] = value;
    written.set(topic ?? name, before + 1);
  }
  return args;
}
