/** One call by hand: lines go in, what happens comes out. */
import type { JsonObject } from "../../shared/json.ts";
import { filledIn } from "../converse/knowledge.ts";
import type { Answer, ToolLine } from "../converse/line.ts";
import { Model } from "../converse/model.ts";
import { temperOf } from "../converse/tempers.ts";
import type { Speech } from "../converse/words.ts";
import { listen } from "./listen.ts";
import type { OpenCall, StackPhone, Text, ToolUse } from "./stack_phone.ts";
import type { Typed } from "./typed.ts";

export type Happening =
  | {
    readonly kind: "started";
    readonly callId: string;
    readonly agent: string;
    readonly from: string | null;
    readonly tools: readonly string[];
  }
  | { readonly kind: "caller" | "assistant" | "note" | "problem"; readonly text: string }
  | { readonly kind: "tool"; readonly use: ToolUse }
  | { readonly kind: "text"; readonly to: string; readonly body: string }
  | { readonly kind: "ended"; readonly callId: string };

export type Tell = (happening: Happening) => void;

/** Speaks for the assistant: passes the caller's words on unchanged, and says what the tools say. */
export class Conversation implements ToolLine {
  readonly answers: Answer[] = [];
  readonly options;
  readonly #model: Model;
  readonly #said: { role: "user" | "bot"; message: string }[] = [];
  #last: Speech | null = null;
  /** Whether a tool call came back without an answer that the model can use. */
  hasBroken = false;

  constructor(readonly phone: StackPhone, readonly call: OpenCall, readonly tell: Tell) {
    const { id, number, name, firstMessage, prompt, tools } = call;
    this.options = { shape: "tool-calls" as const, callId: id, number, seed: 0 };
    const knowledge = { prompt: filledIn(prompt, number, new Date()), tools };
    this.#model = new Model(knowledge, temperOf("literal"), this, "en");
    tell({
      kind: "started",
      callId: id,
      agent: name,
      from: number,
      tools: tools.map(({ name }) => name),
    });
    if (firstMessage !== "") this.#say(firstMessage);
  }

  /** Does what a line says; false once it has hung up. */
  async take(typed: Typed): Promise<boolean> {
    switch (typed.kind) {
      case "nothing":
        return true;
      case "end":
        return false;
      case "tools":
        for (const { name, description, parameters, required } of this.call.tools) {
          const takes = Object.keys(parameters).map((key) =>
            required.includes(key) ? key : `[${key}]`
          );
          this.tell({ kind: "note", text: `/${name} ${takes.join(" ")}\n    ${description}` });
        }
        return true;
      case "unclear":
        this.tell({ kind: "problem", text: typed.why });
        return true;
      case "tool":
        await this.#attempt(() => this.tool(typed.tool, typed.args));
        return true;
      case "said":
        await this.#attempt(() => this.#hear(typed.text));
        return true;
    }
  }

  /** A tool call that no stand-in makes. */
  async tool(tool: string, args: ToolUse["arguments"]): Promise<ToolUse> {
    const use = await this.phone.use(this.call.id, tool, args);
    this.tell({ kind: "tool", use });
    if (use.answer === null) this.hasBroken = true;
    this.#tellTexts(await this.phone.newTexts());
    return use;
  }

  async use(
    uses: readonly { readonly name: string; readonly args: JsonObject }[],
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const { name, args } of uses) answers.push(answerOf(await this.tool(name, args)));
    this.answers.push(...answers);
    return answers;
  }

  useUnlinked(): Promise<Answer> {
    return Promise.reject(new Error("By hand, only tools of the assistant are called"));
  }

  async hangUp(): Promise<void> {
    await this.phone.hangUp(this.call.id, this.#said);
    this.#tellTexts(await this.phone.newTexts());
    this.tell({ kind: "ended", callId: this.call.id });
  }

  async #hear(text: string): Promise<void> {
    this.tell({ kind: "caller", text });
    this.#said.push({ role: "user", message: text });
    const speech = await this.#model.answer(listen(text, this.#last));
    const offers = speech.offers.map(({ date, time }, i) => `\n    ${i + 1}  ${date} ${time}`);
    this.#say(speech.text, offers.join(""));
    this.#last = speech.isLast ? null : speech;
  }

  #say(text: string, beside = ""): void {
    this.#said.push({ role: "bot", message: text });
    this.tell({ kind: "assistant", text: text + beside });
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.hasBroken = true;
      this.tell({ kind: "problem", text: error instanceof Error ? error.message : String(error) });
    }
  }

  #tellTexts(texts: readonly Text[]): void {
    for (const { to, body } of texts) this.tell({ kind: "text", to, body });
  }
}

function answerOf({ answer, said }: ToolUse): Answer {
  const data: JsonObject = typeof answer === "object" && answer !== null && !Array.isArray(answer)
    ? answer
    : {};
  return {
    success: data.success === true,
    message: said,
    data,
    ...(answer === null ? { problem: "No answer" } : {}),
  };
}
