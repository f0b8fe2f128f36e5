/** Somebody on the phone with a clinic's assistant, as far as our functions see it. */
import { z } from "zod";
import type { JsonObject } from "../../shared/json.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { requestBody } from "../tests/support/clinic.ts";
import type { Clinic, Platform } from "./platform.ts";

const answerSchema = z.object({ result: z.string().optional(), error: z.string().optional() });
type Answer = z.infer<typeof answerSchema>;
const messageSchema = z.object({ results: z.tuple([answerSchema]) });

const MAX_ATTEMPTS = 20;

/** In each of them a hundred numbers, 555-0100 to 555-0199, are reserved for fiction. */
const AREAS = [202, 212, 213, 303, 305, 312, 404, 415, 503, 512, 617, 702] as const;

/** The phone of an invented caller; equal numbers give the same phone. */
export function phoneOf(number: number): string {
  const area = AREAS[Math.floor(number / 100) % AREAS.length];
  return `+1${area}55501${String(number % 100).padStart(2, "0")}`;
}

export class Caller {
  readonly callId: string = crypto.randomUUID();

  /** `phone`: the number that the network shows for the caller, which may not be a number at all. */
  constructor(readonly platform: Platform, readonly clinic: Clinic, readonly phone: string) {}

  /**
   * Calls a tool until it has a result, which it returns. If there is no answer, Vapi sends the same call again, according to the backoff
   * plan; after an answer that says that something went wrong, the model makes a new call.
   */
  async call(tool: string, args: JsonObject): Promise<JsonObject> {
    let toolCallId = crypto.randomUUID();
    let answer: Answer | null = null;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      answer = await this.#try(tool, args, toolCallId);
      if (answer?.result !== undefined) return JSON.parse(answer.result);
      // A question about what was said, such as a number that looks made up: repeating it does not help.
      if (answer?.error?.includes("(Write: ")) {
        return { success: false, code: "question", message: answer.error };
      }
      if (answer !== null) toolCallId = crypto.randomUUID();
    }
    throw new Error(`${tool} gave no result after ${MAX_ATTEMPTS} attempts: ${answer?.error}`);
  }

  /** The code in the latest text message to the caller that contains one. */
  latestCode(): string {
    const texts = this.platform.stack.integrations.twilio.textsTo(this.phone);
    const codes = texts.flatMap(({ body }) => /\b\d{6}\b/.exec(body)?.[0] ?? []);
    const code = codes.at(-1);
    if (code === undefined) throw new Error(`No code was sent to ${this.phone}`);
    return code;
  }

  /** Null without an answer. */
  async #try(tool: string, args: JsonObject, toolCallId: string): Promise<Answer | null> {
    const slug = catalogue.find(({ name }) => name === tool)?.slug ?? tool;
    const { stack } = this.platform;
    const response = await fetch(`${stack.functionsUrl}/${slug}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-vapi-secret": stack.webhookSecret },
      body: JSON.stringify(
        requestBody(this.clinic.id, tool, args, {
          toolCallId,
          callId: this.callId,
          number: this.phone,
        }),
      ),
    });
    const text = await response.text();
    if (response.status !== 200) return null;
    const [answer] = messageSchema.parse(JSON.parse(text)).results;
    return answer;
  }
}
