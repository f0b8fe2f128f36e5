/** What a person's typed words mean to a stand-in: a request, an answer to a question, a choice, a yes or a no. */
import { readYesOrNo } from "../../shared/tools/readers/phrases.ts";
import { topicsAsked } from "../converse/ear.ts";
import { type Topic, topics, type Wish } from "../converse/scenario.ts";
import type { Heard, Speech } from "../converse/words.ts";

const WISHES: readonly [Wish, RegExp][] = [
  ["cancel", /\b(cancel|call off|anular|cancelar|annuler|absagen|stornieren|desmarcar)/i],
  [
    "move",
    /\b(move|reschedule|postpone|cambiar|mover|déplacer|reporter|verschieben|verlegen|remarcar|mudar)\b/i,
  ],
  ["human", /\b(human|person|somebody|someone|operator|persona|quelqu'un|mensch|jemand|pessoa)\b/i],
  ["resend", /\b(confirmation|confirmación|bestätigung|confirmação)\b/i],
  ["text", /\b(text|sms)\b/i],
  ["look", /\b(when|free|what times|cuándo|quand|wann|quando)\b/i],
];

export const wishIn = (text: string): Wish =>
  WISHES.find(([, pattern]) => pattern.test(text))?.[0] ?? "book";

const isTopic = (word: string): word is Topic => topics.some((topic) => topic === word);

/** `last` is what the assistant said before; null at the beginning, and once a request was met. */
export function listen(text: string, last: Speech | null): Heard {
  // "day: next Tuesday" names its topic.
  const [, word = "", value = ""] = /^(\w+):\s*(.+)$/.exec(text) ?? [];
  const wish = last === null ? { wish: wishIn(text) } : {};
  if (isTopic(word)) return { text: value, told: { [word]: fact(value) }, ...wish };
  if (last === null) return { text, told: {}, ...wish };
  if (last.asksToConfirm) {
    const yes = readYesOrNo(text);
    if (yes !== null) return { text, told: {}, yes };
  }
  const offer = last.offers[Number(text) - 1] ?? last.offers.find(({ time }) => time === text);
  if (offer !== undefined) {
    return { text, told: { day: fact(offer.date), time: fact(offer.time) } };
  }
  const [topic] = last.offers.length > 0 ? ["time" as const] : topicsAsked(last.text);
  return topic === undefined ? { text, told: {} } : { text, told: { [topic]: fact(text) } };
}

const fact = (words: string) => ({ words, meant: words });
