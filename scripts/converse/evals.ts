/**
 * Conversations as Vapi Evals: a model must, turn by turn, do what an obedient stand-in did when told the same. The tools' answers are the
 * recorded ones; after each turn the conversation continues as recorded, so that one slip is one failure.
 */
import { join } from "node:path";
import type { Vapi } from "@vapi-ai/server-sdk";
import type { JsonValue } from "../../shared/json.ts";
import { print, printJson, progress } from "../cli.ts";
import { topicOf } from "./definition.ts";
import { withOwnNumbers } from "./own_numbers.ts";
import type { Result } from "./play.ts";
import type { Exchange, Line } from "./words.ts";

const JUDGE = "gpt-4.1-mini";
/** What Vapi takes. */
const MAX_NAME = 80;
const MAX_DESCRIPTION = 500;

/** Writes one file each, or one list; returns 1 if a conversation did not end as it should, and then writes nothing. */
export async function exportEvals(results: readonly Result[], target: string): Promise<number> {
  const failed = results.filter(({ problems }) => problems.length > 0);
  if (failed.length > 0 || results.length === 0) {
    progress(`Cannot export: ${failed.length} of ${results.length} conversations did not end well`);
    return 1;
  }
  const evals = results.flatMap((result) =>
    evalsOf({ ...result, scenario: withOwnNumbers(result) })
  );
  if (target === "-") {
    printJson(evals);
    return 0;
  }
  await Deno.mkdir(target, { recursive: true });
  for (const [i, each] of evals.entries()) {
    const file = `${String(i + 1).padStart(3, "0")}-${slugOf(each.name ?? "")}.json`;
    await Deno.writeTextFile(join(target, file), `${JSON.stringify(each, null, 2)}\n`);
  }
  print(`${evals.length} evals written to ${target}`);
  return 0;
}

/** One for each call of the scenario, since each begins with a model that knows nothing of the one before. */
export function evalsOf(
  { scenario, dialogues }: Pick<Result, "scenario" | "dialogues">,
): Vapi.CreateEvalDto[] {
  const { clinic, calls } = scenario;
  return dialogues.map((lines, i): Vapi.CreateEvalDto => {
    const which = dialogues.length > 1 ? ` (call ${i + 1})` : "";
    const name = `${scenario.topic}: ${scenario.title}`.slice(0, MAX_NAME - which.length) + which;
    const from = calls[i]?.from ?? calls[i]?.facts.phone ?? "withheld";
    const setup = [
      `customer.number: ${from}`,
      `time zone: ${clinic.timezone}`,
      `language: ${clinic.language}`,
      `services: ${
        clinic.services.map(({ name, minutes }) => `${name} (${minutes} min)`).join(", ")
      }`,
      `calendars: ${clinic.providers.join(", ")}`,
      "Days are those of the day of the export.",
    ];
    return {
      type: "chat.mockConversation",
      name,
      description: setup.join("; ").slice(0, MAX_DESCRIPTION),
      messages: lines.flatMap(messagesOf),
    };
  });
}

function messagesOf({ who, text, exchange }: Line): Vapi.CreateEvalDtoMessagesItem[] {
  switch (who) {
    case "caller":
      return [{ role: "user", content: text }];
    case "assistant":
      return [speechTurn(text)];
    case "tool":
      return exchange === undefined
        ? []
        : [toolTurn(exchange), { role: "tool", content: exchange.answer }];
  }
}

/** The tool with arguments of that meaning, whatever is said beside it. */
function toolTurn({ name, args }: Exchange): Vapi.ChatEvalAssistantMessageEvaluation {
  const patterns = Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, patternOf(key, value)]),
  );
  return {
    role: "assistant",
    judgePlan: { type: "regex", content: ".*", toolCalls: [{ name, arguments: patterns }] },
    continuePlan: { toolCallsOverride: [{ name, arguments: args }] },
  };
}

/** Anything that does the same, in whatever words. */
function speechTurn(recorded: string): Vapi.ChatEvalAssistantMessageEvaluation {
  const rules = [
    "You judge one turn of a receptionist's telephone call.",
    `The receptionist should do what this does, in any words: "${recorded}"`,
    "Answer pass if it tells the caller the same facts or asks for the same thing.",
    "Answer fail if it leaves that out, asks for something that the caller has said already, or says that something was booked, moved, cancelled or sent which no tool confirmed.",
    "Answer with pass or fail and nothing else.",
  ].join("\n");
  return {
    role: "assistant",
    judgePlan: {
      type: "ai",
      model: {
        provider: "openai",
        model: JUDGE,
        temperature: 0,
        messages: [
          { role: "system", content: rules },
          { role: "user", content: "The call: {{messages}}\nThe turn: {{messages[-1]}}" },
        ],
      },
      autoIncludeMessageHistory: false,
    },
    continuePlan: { contentOverride: recorded },
  };
}

/** Leaves open what two models could write differently and mean the same. */
function patternOf(name: string, value: JsonValue): string {
  if (typeof value !== "string") return escaped(String(value));
  switch (topicOf(name)) {
    case "phone":
      // With or without its country code, grouped or not.
      return value.replace(/\D/g, "").slice(-9).split("").join("\\D*");
    case "notes":
    case "message":
      return ".+";
    default:
      return escaped(value);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function slugOf(name: string): string {
  return name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
