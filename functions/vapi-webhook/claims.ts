/**
 * What an assistant says that it has done, read from the report at the end of a call, in memory only: nothing of it is stored. A
 * model that says "you're booked" although no tool booked anything is the worst that can happen to a clinic, and nobody else
 * would notice.
 */
import { asList, asObject, type JsonObject, type JsonValue } from "../../shared/json.ts";
import { type Claim, CLAIM_PHRASES, CLAIMS } from "./claim_phrases.ts";

/** Roles of what the assistant itself said; the rest is the caller's, the prompt's, or a tool's. */
const ASSISTANT = ["bot", "assistant"];

/** Reading more would not help: not even a call of hours says more than this. */
const MAX_CHARACTERS = 200_000;

/**
 * The claims in a report of Vapi. None if a tool that is not `ours` answered: it may have done what was claimed.
 */
export function claimsIn(message: JsonObject, ours: readonly string[]): Claim[] {
  const artifact = asObject(message["artifact"]);
  const messages = asList(artifact["messages"]).map(asObject);
  if (messages.some((entry) => isResultOfAnother(entry, ours))) return [];
  const said = messages.filter(({ role }) => ASSISTANT.includes(textOf(role)))
    .map((entry) => textOf(entry["message"]) || textOf(entry["content"]));
  const spoken = said.length > 0 ? said : linesOfAssistant(
    textOf(artifact["transcript"]) || textOf(message["transcript"]),
  );
  return claimsSaid(spoken.join("\n"));
}

/** The claims in what an assistant said, whatever the language. */
export function claimsSaid(text: string): Claim[] {
  const sentences = text.slice(0, MAX_CHARACTERS).normalize("NFC").replaceAll("’", "'")
    .toLowerCase()
    .split(/(?<=[.!?])\s+|\n+/).filter((sentence) => !sentence.includes("?"));
  return CLAIMS.filter((claim) =>
    sentences.some((sentence) =>
      CLAIM_PHRASES.some((language) =>
        language[claim].test(sentence) && !language.hedge.test(sentence)
      )
    )
  );
}

function isResultOfAnother({ role, name }: JsonObject, ours: readonly string[]): boolean {
  return textOf(role) === "tool_call_result" && name !== undefined && !ours.includes(textOf(name));
}

/** Lines such as "AI: You are booked." */
function linesOfAssistant(transcript: string): string[] {
  return transcript.split("\n").flatMap((line) =>
    /^\s*(?:ai|assistant|bot):\s*(.*)$/i.exec(line)?.[1] ?? []
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
