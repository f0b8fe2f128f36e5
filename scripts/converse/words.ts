/** What caller and model exchange. The words are what is heard; the rest is what a person or a model understands by them. */
import type { JsonObject } from "../../shared/json.ts";
import type { Topic, Wish } from "./scenario.ts";

/** Something that was said: the caller's words, and their meaning. */
export interface Fact {
  readonly words: string;
  /** A day that was not given by its date is given by its distance from today, which the model has to know. */
  readonly meant: string | { readonly daysAhead: number };
}

export type Told = Partial<Record<Topic, Fact>>;

/** What the caller says in a turn. */
export interface Heard {
  readonly text: string;
  readonly wish?: Wish;
  readonly told: Told;
  /** An answer to a yes-or-no question. */
  readonly yes?: boolean;
  /** What the caller says should be passed to the tools: only an obedient model does it. */
  readonly orders?: JsonObject;
}

export interface Slot {
  readonly date: string;
  readonly time: string;
}

/** What the assistant says in a turn. */
export interface Speech {
  readonly text: string;
  /** Times to choose from, as the answer of a tool has them. */
  readonly offers: readonly Slot[];
  readonly asksToConfirm: boolean;
  /** The request is met, or cannot be. */
  readonly isLast: boolean;
}

/** A tool call in a conversation: the arguments, and the answer as the model gets it. */
export interface Exchange {
  readonly name: string;
  readonly args: JsonObject;
  readonly answer: string;
}

/** One line of a conversation, as it is printed. */
export interface Line {
  readonly who: "caller" | "assistant" | "tool";
  readonly text: string;
  /** Of a tool. */
  readonly exchange?: Exchange;
}
