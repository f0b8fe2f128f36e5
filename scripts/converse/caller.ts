/** A caller who follows a script: knows some facts, wants something, and has their own ways. Hears words and answers in words. */
import type { LocalDate } from "../../shared/tools/local_date.ts";
import { dayOf, daysAhead, sayDate, sayDay, sayTime, sayWeekday } from "./days.ts";
import { asksForAnother, asksWhich, topicsAsked } from "./ear.ts";
import { type Call, type Topic, topics, type Wish } from "./scenario.ts";
import type { Fact, Heard, Slot, Speech, Told } from "./words.ts";

export interface CallerOptions {
  readonly call: Call;
  readonly language: string;
  readonly today: LocalDate;
  /** The code in the latest text message to a number that this caller can read; null without one. */
  readonly readCode: () => Promise<string | null>;
}

const OPENINGS: Readonly<Record<Wish, string>> = {
  book: "Hello, I would like an appointment",
  cancel: "Hello, I have to cancel my appointment",
  move: "Hello, I have to move my appointment",
  look: "Hello, when do you have time",
  text: "Could you send me that by text message",
  resend: "I did not get the confirmation",
  ask: "I would like to know something",
  wait: "Please put me on the waiting list",
  human: "I want to talk to a human being",
};

const TOLD_AT_FIRST: Readonly<Record<Wish, readonly Topic[]>> = {
  book: ["day", "time", "part", "until", "service", "provider"],
  cancel: [],
  move: ["day", "time", "oldDay", "oldTime"],
  look: ["day", "time", "part", "until", "service", "provider"],
  text: ["message"],
  resend: ["again"],
  ask: ["about", "question"],
  wait: ["day", "until", "part", "service", "provider"],
  human: [],
};

const MUMBLED: Fact = { words: "um, you know, the, uh, other one", meant: "um, the other one" };
const MAX_UNANSWERED = 2;

export class Caller {
  /** How often each topic was asked about. */
  readonly asked = new Map<Topic, number>();
  turns = 0;
  #wishes: Wish[];
  #wish: Wish | undefined;
  readonly #mumbles: Set<Topic>;
  readonly #changes: [Topic, string][];
  readonly #guesses: string[];
  readonly #hasTold = new Set<Topic>();
  #unanswered = 0;

  constructor(readonly options: CallerOptions) {
    const { call } = options;
    this.#wishes = [...call.wants];
    this.#mumbles = new Set(call.mumbles);
    this.#changes = topics.flatMap((topic) => {
      const value = call.changes[topic];
      return value === undefined ? [] : [[topic, value]];
    });
    this.#guesses = [...call.guesses];
  }

  /** What they say first. */
  open(): Heard {
    return this.#nextWish() ?? { text: "Hello?", told: {} };
  }

  /** Their answer; null if they hang up. */
  async answer(speech: Speech): Promise<Heard | null> {
    const { hangsUp, takes, facts, from = facts.phone } = this.options.call;
    const asked = this.#topicsOf(speech);
    for (const topic of asked) this.asked.set(topic, (this.asked.get(topic) ?? 0) + 1);
    if (speech.isLast) return this.#nextWish();
    if (speech.asksToConfirm) {
      return hangsUp === "before confirming" ? null : this.#confirm();
    }
    if (speech.offers.length > 0) {
      if (hangsUp === "at the offer" || takes === "none") return null;
      return this.#choose(speech.offers);
    }
    if (hangsUp === "when asked") return null;
    if (asksForAnother(speech.text) && (facts.phone === from || this.#hasTold.has("phone"))) {
      return null;
    }
    return await this.#reply(asked);
  }

  /** Which of several visits to move is identified by its current day. */
  #topicsOf({ text, offers, asksToConfirm }: Speech): Topic[] {
    if (asksToConfirm) return [];
    if (asksWhich(text)) return this.#wish === "move" ? ["oldDay", "oldTime"] : ["day", "time"];
    return topicsAsked(text, offers.length);
  }

  #nextWish(): Heard | null {
    const wish = this.#wishes.shift();
    this.#wish = wish;
    if (wish === undefined) return null;
    const { call } = this.options;
    const first = call.tells ?? TOLD_AT_FIRST[wish];
    const told = this.#tell(first.filter((topic) => call.facts[topic] !== undefined));
    const words = Object.values(told).map(({ words }) => words);
    const text = `${[OPENINGS[wish], ...words].join(", ")}.`;
    return this.#say({ text, wish, told, orders: call.orders });
  }

  /** Yes, or what they now want instead. */
  #confirm(): Heard {
    const change = this.#changes.shift();
    if (change === undefined) return this.#say({ text: "Yes, please.", told: {}, yes: true });
    const [topic, value] = change;
    const fact = this.#fact(topic, value);
    return this.#say({ text: `No, wait: ${fact.words}.`, told: { [topic]: fact }, yes: false });
  }

  /** The requested time if it is among them, or else what the script says. */
  #choose(offers: readonly Slot[]): Heard {
    const { call, today, language } = this.options;
    const { day, time } = call.facts;
    const wished = offers.find((offer) =>
      time === offer.time && (day === undefined || dayOf(day, today) === offer.date)
    );
    const taken = call.takes === "last"
      ? offers.at(-1)
      : offers.find((offer) => offer.time === call.takes) ?? wished ?? offers[0];
    if (taken === undefined) throw new Error("There is nothing to choose from");
    const words = [sayDay(taken.date, language), sayTime(taken.time, language)];
    return this.#say({
      text: `Then ${words.join(", ")}.`,
      told: {
        day: { words: words[0] ?? "", meant: taken.date },
        time: { words: words[1] ?? "", meant: taken.time },
      },
    });
  }

  /** Answers the question, as far as they know. Hangs up if they cannot say anything. */
  async #reply(topics: readonly Topic[]): Promise<Heard | null> {
    const told: Told = {};
    for (const topic of topics) {
      if (topic === "code") {
        const code = this.#guesses.shift() ?? await this.options.readCode();
        if (code !== null) told.code = { words: code.split("").join(" "), meant: code };
      } else Object.assign(told, this.#tell([topic]));
    }
    if (Object.keys(told).length === 0 && ++this.#unanswered >= MAX_UNANSWERED) return null;
    const words = Object.values(told).map(({ words }) => words).join(", ");
    return this.#say({ text: words === "" ? "I don't know." : `${words}.`, told });
  }

  #tell(topics: readonly Topic[]): Told {
    const told: Told = {};
    for (const topic of topics) {
      const value = this.options.call.facts[topic];
      if (value === undefined) continue;
      this.#hasTold.add(topic);
      told[topic] = this.#mumbles.delete(topic) ? MUMBLED : this.#fact(topic, value);
    }
    return told;
  }

  #fact(topic: Topic, value: string): Fact {
    const { language, today, call } = this.options;
    const said = call.says[topic];
    if (topic === "day" || topic === "oldDay" || topic === "until") {
      const day = dayOf(value, today);
      const words = said?.replace("{weekday}", sayWeekday(day, language))
        .replace("{date}", sayDate(day, language)) ?? sayDay(day, language);
      return { words, meant: { daysAhead: daysAhead(value, today) } };
    }
    const words = said ??
      (topic.toLowerCase().endsWith("time") ? sayTime(value, language) : spoken(topic, value));
    return { words, meant: value };
  }

  #say(heard: Heard): Heard {
    this.turns++;
    return heard;
  }
}

/** A number of the United States in groups, anything else unchanged. */
function spoken(topic: Topic, value: string): string {
  if (topic !== "phone") return value;
  return value.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");
}
