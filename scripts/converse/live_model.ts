/**
 * A real model behind an endpoint that speaks OpenAI's chat completions: given the same prompt, definitions and answers as a stand-in, and
 * the caller's words. Of what it says, the caller notices the times that its tools offered, and questions for a yes.
 */
import { unreachable } from "../unreachable.ts";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Answer, PhoneLine } from "./line.ts";
import { offersOf } from "./model.ts";
import type { Heard, Speech } from "./words.ts";

export interface Endpoint {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token. */
  readonly key?: string;
}

const MAX_STEPS = 8;
const TIMEOUT_MS = 60_000;

const messageSchema = z.looseObject({
  role: z.literal("assistant"),
  content: z.string().nullish(),
  tool_calls: z.array(z.looseObject({
    id: z.string(),
    function: z.looseObject({ name: z.string(), arguments: z.string() }),
  })).nullish(),
});
const completionSchema = z.looseObject({
  choices: z.array(z.looseObject({ message: messageSchema })).min(1),
});
type Message = z.infer<typeof messageSchema>;

/** Asks for a yes before something is done. */
const CONFIRMS =
  /\b(is that (right|correct)|correct|right|shall i|should i|would you like me to|do you want me to)\b[^?]*\?/i;

export class LiveModel {
  readonly #messages: unknown[];

  constructor(
    readonly knowledge: Knowledge,
    readonly endpoint: Endpoint,
    readonly line: PhoneLine,
  ) {
    this.#messages = [{ role: "system", content: knowledge.prompt }];
  }

  async answer(heard: Heard): Promise<Speech> {
    this.#messages.push({ role: "user", content: heard.text });
    const answers: Answer[] = [];
    for (let step = 0; step < MAX_STEPS; step++) {
      const message = await this.#complete();
      this.#messages.push(message);
      const calls = message.tool_calls ?? [];
      if (calls.length === 0) return speechOf(message.content ?? "", answers);
      answers.push(...await this.#use(calls));
    }
    throw new Error("The model goes on calling tools and says nothing");
  }

  /** Calls of one turn; one whose arguments are not JSON has to be repeated by the model. */
  async #use(calls: NonNullable<Message["tool_calls"]>): Promise<Answer[]> {
    const read = calls.map(({ id, function: { name, arguments: text } }) => ({
      id,
      name,
      args: objectOf(text),
    }));
    const uses = read.flatMap(({ id, name, args }) => args === null ? [] : [{ id, name, args }]);
    const answers = uses.length === 0 ? [] : await this.line.use(uses);
    for (const { id, args } of read) {
      const answer = answers[uses.findIndex((use) => use.id === id)];
      const content = args === null || answer === undefined
        ? "The arguments are not a JSON object."
        : Object.keys(answer.data).length === 0
        ? answer.message
        : JSON.stringify(answer.data);
      this.#messages.push({ role: "tool", tool_call_id: id, content });
    }
    return answers;
  }

  async #complete(): Promise<Message> {
    const { baseUrl, model, key } = this.endpoint;
    const response = await fetch(`${baseUrl.replace(/\/$/, "")}/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages: this.#messages,
        tools: this.knowledge.tools.map(({ name, description, parameters, required }) => ({
          type: "function",
          function: {
            name,
            description,
            parameters: { type: "object", properties: parameters, required },
          },
        })),
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error) => {
      throw new Error(unreachable(baseUrl, error), { cause: error });
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`The model's endpoint answered ${response.status}`);
    }
    const { choices: [choice] } = completionSchema.parse(await response.json());
    if (choice === undefined) throw new Error("The model's endpoint answered without a choice");
    return choice.message;
  }
}

function speechOf(text: string, answers: readonly Answer[]): Speech {
  const last = answers.at(-1);
  const isDone = answers.some(({ success, data }) => success && "appointmentId" in data);
  const asksToConfirm = CONFIRMS.test(text);
  const offers = asksToConfirm || isDone || last === undefined || last.data.available === true
    ? []
    : offersOf(last);
  return { text, offers, asksToConfirm, isLast: isDone || !/\?|please/i.test(text) };
}

function objectOf(text: string): JsonObject | null {
  try {
    const value = z.json().parse(JSON.parse(text));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
