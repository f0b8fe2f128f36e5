/** What caller and model hand each other. The words are what is heard; the rest is what a person or a model understands by them. */
import type { JsonObject } from "../../shared/json.ts";
import type { Topic, Wish } from "./scenario.ts";

/** Something told: in the caller's words, and what is meant by them. */
export interface Fact {
  readonly words: string;
  /** A day that was not named by its date is meant by its distance from today, which the model has to know. */
  readonly meant: string | { readonly daysAhead: number };
}

export type Told = Partial<Record<Topic, Fact>>;

/** What the caller says in a turn. */
export interface Heard {
  readonly text: string;
  readonly wish?: Wish;
  readonly told: Told;
  /** An answer to a question that a yes or no answers. */
  readonly yes?: boolean;
  /** What the tools shall be given, says the caller: nobody but a model that takes orders listens to that. */
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
  /** The wish is met, or can't be. */
  readonly isLast: boolean;
}

/** A tool call of a conversation: what was given, and the answer as the model gets it. */
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
