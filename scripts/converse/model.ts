/**
 * A stand-in for a model in one call. It knows the prompt and the definitions as they are at Vapi, what the caller says, and what tools
 * answer. It does what their sentences tell it to; its temper decides how it goes wrong.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../shared/json.ts";
import { claimOf } from "./claims.ts";
import {
  bridgesDetails,
  callerIn,
  comesBeforeOffers,
  isTold,
  phoneIn,
  takesCode,
  todayIn,
  toolFor,
  topicOf,
  waitsForCode,
  wantsConfirmation,
} from "./definition.ts";
import type { Knowledge, ToolText } from "./knowledge.ts";
import type { Answer, ToolLine } from "./line.ts";
import type { Topic, Wish } from "./scenario.ts";
import { argumentsFor, type Temper } from "./tempers.ts";
import type { Fact, Heard, Slot, Speech } from "./words.ts";

/** The day that a model assumes if it is told none. */
const TRAINED_ON = "2024-06-01";
const MAX_STEPS = 8;

export class Model {
  readonly #facts: Partial<Record<Topic, Fact>> = {};
  readonly #written = new Map<string, number>();
  readonly #today: string;
  readonly #caller: string | undefined;
  #wish: Wish | undefined;
  #orders: JsonObject = {};
  /** Ids out of earlier answers, by the parameter that takes them. */
  #ids: JsonObject = {};
  #hasLooked = false;
  #hasHeld = false;
  #isConfirmed = false;
  #waitsForCode = false;
  #offers: readonly Slot[] = [];
  /** Said before whatever comes next. */
  #first: string[] = [];

  constructor(
    readonly knowledge: Knowledge,
    readonly temper: Temper,
    readonly line: ToolLine,
    readonly language: string,
  ) {
    this.#today = todayIn(knowledge.prompt) ?? TRAINED_ON;
    this.#caller = callerIn(knowledge.prompt);
  }

  /** Its answer to that; it calls the tools that it needs. */
  async answer(heard: Heard): Promise<Speech> {
    this.#take(heard);
    for (let step = 0; step < MAX_STEPS; step++) {
      const speech = await this.#step();
      if (speech !== null) return speech;
    }
    throw new Error("The stand-in goes round in circles");
  }

  #take({ wish, told, yes, orders = {} }: Heard): void {
    if (wish !== undefined) {
      this.#wish = wish;
      this.#hasLooked =
        this.#hasHeld =
        this.#isConfirmed =
        this.#waitsForCode =
          false;
      for (const topic of ["day", "time", "another", "code"] as const) delete this.#facts[topic];
    }
    if (this.temper.takesOrders) this.#orders = { ...this.#orders, ...orders };
    if (yes !== undefined) this.#isConfirmed = yes;
    // Another day or time than was offered has to be looked for.
    const { day, time } = told;
    if (day !== undefined || time !== undefined) {
      this.#hasLooked = this.#offers.some((slot) =>
        day?.meant === slot.date && time?.meant === slot.time
      );
    }
    Object.assign(this.#facts, told);
  }

  #step(): Promise<Speech | null> {
    switch (this.#wish) {
      case "book":
        return this.#book();
      case "move":
        return this.#move();
      case "cancel":
      case "look":
      case "text":
      case "resend":
      case "ask":
      case "wait":
        return this.#do(this.#wish);
      default:
        return Promise.resolve(this.#pointToStaff());
    }
  }

  async #book(): Promise<Speech | null> {
    const verify = toolFor("verify", this.knowledge.tools);
    if (this.#waitsForCode && verify !== undefined) {
      if (this.#facts.code === undefined) return this.#askForCode();
      return this.#report(verify, await this.#use(verify));
    }
    const tool = toolFor("book", this.knowledge.tools) ?? toolFor("reserve", this.knowledge.tools);
    if (tool === undefined) return this.#pointToStaff();
    return await this.#look() ?? await this.#hold(tool) ?? this.#ask(tool) ??
      await this.#confirmed(tool);
  }

  async #move(): Promise<Speech | null> {
    const tool = toolFor("move", this.knowledge.tools);
    if (tool === undefined) return this.#pointToStaff();
    if (this.#lacksCode(tool)) return this.#askForCode();
    if (this.#facts.code !== undefined) return this.#report(tool, await this.#use(tool));
    return this.#ask(tool) ?? await this.#look() ?? await this.#confirmed(tool);
  }

  async #do(purpose: Exclude<Wish, "book" | "move" | "human">): Promise<Speech | null> {
    const tool = toolFor(purpose, this.knowledge.tools);
    if (tool === undefined) return this.#pointToStaff();
    if (this.#lacksCode(tool)) return this.#askForCode();
    return this.#ask(tool) ?? await this.#confirmed(tool);
  }

  /** Whether a code was requested, which its definition says to give to the same tool, and the caller did not say one. */
  #lacksCode(tool: ToolText): boolean {
    return this.#waitsForCode && takesCode(tool) && this.#facts.code === undefined;
  }

  #askForCode(): Speech {
    return this.#say("Please read me the code from the text message.");
  }

  /** Looks for free times if a definition says that this comes first. Null once there is a time to go on with. */
  async #look(): Promise<Speech | null> {
    const tool = toolFor("look", this.knowledge.tools);
    if (this.#hasLooked || tool === undefined || !comesBeforeOffers(tool)) return null;
    const answer = await this.#use(tool);
    this.#hasLooked = true;
    if (answer.data.available === true) {
      this.#first.push(answer.message);
      return null;
    }
    return this.#say(answer.message, { offers: offersIn(tool, answer) });
  }

  /** Holds the time while the caller still gives details, if a definition says so. */
  async #hold(booking: ToolText): Promise<Speech | null> {
    const tool = toolFor("hold", this.knowledge.tools);
    const { day, time } = this.#facts;
    const isChosen = day !== undefined && time !== undefined;
    const isNeeded = this.#missing(booking).length > 0;
    if (this.#hasHeld || tool === undefined || !bridgesDetails(tool) || !isChosen || !isNeeded) {
      return null;
    }
    if (this.temper.claimsWithoutDeeds) return null;
    const answer = await this.#use(tool);
    this.#hasHeld = true;
    if (answer.success) {
      this.#first.push(answer.message);
      return null;
    }
    return this.#say(answer.message, { offers: offersIn(tool, answer) });
  }

  #missing({ required, parameters }: ToolText): string[] {
    return required.filter((name) => {
      const topic = topicOf(name);
      const parameter = parameters[name];
      if (topic === undefined || parameter === undefined) return false;
      const before = this.#written.get(topic) ?? 0;
      const blank = {
        parameter,
        topic,
        isRequired: true,
        today: this.#today,
        before,
        caller: this.#caller,
      };
      return this.#facts[topic] === undefined && !this.temper.invents(blank);
    });
  }

  /** Asks for what is required and was not said. */
  #ask(tool: ToolText): Speech | null {
    const [name] = this.#missing(tool);
    if (name === undefined) return null;
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return this.#say(`What is the ${words}?`);
  }

  async #confirmed(tool: ToolText): Promise<Speech | null> {
    if (wantsConfirmation(tool) && !this.#isConfirmed) {
      const said = Object.values(this.#facts).map(({ words }) => words).join(", ");
      const text = said === "" ? "Shall I do that?" : `So that is: ${said}. Is that right?`;
      return this.#say(text, { asksToConfirm: true });
    }
    if (this.temper.claimsWithoutDeeds) {
      const claim = claimOf(this.#wish, this.language);
      if (claim !== null) return this.#say(claim, { isLast: true });
    }
    return this.#report(tool, await this.#use(tool));
  }

  /** Says what the answer says, and offers what it offers. */
  #report(tool: ToolText, answer: Answer): Speech {
    delete this.#facts.code;
    const asksForCode = ["code_sent", "wrong_code"].includes(String(answer.data.code));
    this.#waitsForCode ||= asksForCode || answer.success && waitsForCode(tool);
    const isOver = answer.success && !waitsForCode(tool);
    const offers = answer.success ? [] : offersIn(tool, answer);
    return this.#say(answer.message, { offers, isLast: isOver });
  }

  async #use(tool: ToolText): Promise<Answer> {
    const args = argumentsFor(tool, this.temper, {
      facts: this.#facts,
      // A visit that the caller names by its day is a different one from before.
      ids: this.#facts.day === undefined || this.#wish !== "cancel" ? this.#ids : {},
      today: this.#today,
      caller: this.#caller,
      written: this.#written,
    });
    const use = { name: tool.name, args: { ...args, ...this.#orders } };
    const answer = await this.temper.send(this.line, use, this.knowledge);
    for (const [name, value] of Object.entries(answer.data)) {
      if (/Id$/.test(name) && typeof value === "string") {
        this.#ids = { ...this.#ids, [name]: value };
      }
    }
    return answer;
  }

  #pointToStaff(): Speech {
    const phone = phoneIn(this.knowledge.prompt);
    const where = phone === undefined ? "" : ` at ${phone}`;
    return this.#say(`I can't do that here. Please call the clinic's staff${where}.`, {
      isLast: true,
    });
  }

  #say(text: string, more: Partial<Speech> = {}): Speech {
    const said = [...this.#first, text].join(" ");
    this.#first = [];
    this.#offers = more.offers ?? this.#offers;
    return { text: said, offers: [], asksToConfirm: false, isLast: false, ...more };
  }
}

/** The times in an answer that its tool's definition says to offer. */
function offersIn(tool: ToolText, answer: Answer): Slot[] {
  return offersOf(answer, (part) => isTold(tool, part));
}

/** The times in those parts of an answer that are looked at. */
export function offersOf({ data }: Answer, looksAt = (_part: string) => true): Slot[] {
  const own = looksAt("slots") ? slotsOf(data.date, data.slots) : [];
  const others = looksAt("alternatives") && Array.isArray(data.alternatives)
    ? data.alternatives.flatMap((day) => isJsonObject(day) ? slotsOf(day.date, day.slots) : [])
    : [];
  return [...own, ...others];
}

function slotsOf(date: JsonValue | undefined, slots: JsonValue | undefined): Slot[] {
  if (typeof date !== "string" || !Array.isArray(slots)) return [];
  return slots.map((time) => ({ date, time: String(time) }));
}
