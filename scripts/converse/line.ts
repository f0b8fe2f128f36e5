/** How a stand-in's tool calls travel: through the double of Vapi, as one phone call in one shape, to the real functions. */
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { z } from "zod";
import type { Stack } from "../local/stack.ts";
import type { PayloadShape } from "../local/vapi/calls/shapes.ts";
import type { Clinic } from "./clinics.ts";
import type { Line } from "./words.ts";

export interface ToolUse {
  readonly name: string;
  readonly args: JsonObject;
  readonly id?: string;
}

/** An answer as the model gets it. */
export interface Answer {
  readonly success: boolean;
  /** What is to be said. */
  readonly message: string;
  /** Everything that it contains; empty if it is only a sentence. */
  readonly data: JsonObject;
  /** Set if Vapi would have nothing for the model. */
  readonly problem?: string;
}

export interface CallOptions {
  readonly shape: PayloadShape;
  readonly callId: string;
  readonly number: string | null;
  /** Which of its ways a stand-in takes, if it has several. */
  readonly seed: number;
}

const dataSchema = z.record(z.string(), z.json());

/** What a stand-in uses of a line. */
export type ToolLine = Pick<PhoneLine, "use" | "useUnlinked" | "answers" | "options">;

export class PhoneLine {
  /** Everything that was said, and the arguments and answers of the tools. */
  readonly log: Line[] = [];
  readonly answers: Answer[] = [];

  constructor(
    readonly stack: Stack,
    readonly clinic: Clinic,
    readonly options: CallOptions,
  ) {}

  say(who: Line["who"], text: string): void {
    this.log.push({ who, text });
  }

  /** Calls of one turn, in one message if the shape allows it. */
  async use(uses: readonly ToolUse[]): Promise<Answer[]> {
    const outcome = await this.stack.vapi.calls.callTools({
      ...this.#context(),
      shape: this.options.shape,
      calls: uses.map(({ name, args, id }) => ({
        toolName: name,
        arguments: args,
        ...(id === undefined ? {} : { toolCallId: id }),
      })),
    });
    return outcome.perCall.map((result, i) => this.#note(uses[i], readAnswer(result)));
  }

  /** A call of a tool that the assistant does not have, sent to its server anyway. */
  async useUnlinked(carrier: string, { name, args }: ToolUse): Promise<Answer> {
    const outcome = await this.stack.vapi.calls.callTools({
      ...this.#context(),
      shape: "tool-call-list",
      url: "https://backend.example.test/functions/v1/vapi-webhook",
      headers: { "x-vapi-secret": this.stack.webhookSecret },
      calls: [{ toolName: carrier, arguments: args }],
      edit: (body) =>
        JSON.parse(JSON.stringify(body).replaceAll(`"name":"${carrier}"`, `"name":"${name}"`)),
    });
    const [result] = outcome.perCall;
    if (result === undefined) throw new Error(`Nothing came back for ${name}`);
    return this.#note({ name, args }, readAnswer(result));
  }

  /** Hangs up: Vapi reports the whole conversation. */
  async end(): Promise<void> {
    const spoken = this.log.filter(({ who }) => who !== "tool");
    const transcript = spoken
      .map(({ who, text }) => `${who === "caller" ? "User" : "AI"}: ${text}`).join("\n");
    const messages = spoken
      .map(({ who, text }) => ({ role: who === "caller" ? "user" : "bot", message: text }));
    await this.stack.vapi.calls.sendEvent({
      ...this.#context(),
      type: "end-of-call-report",
      fields: {
        endedReason: "customer-ended-call",
        endedAt: new Date().toISOString(),
        cost: 0.1,
        artifact: { messages, transcript },
      },
    });
  }

  #context() {
    const { number, callId } = this.options;
    return {
      assistantId: this.clinic.assistantId,
      callId,
      chatId: callId,
      phoneNumberId: this.clinic.phoneNumberId,
      ...(number === null ? {} : { customer: { number } }),
      ...(this.options.shape === "root" ? { metadata: { org_id: this.clinic.orgId } } : {}),
    };
  }

  #note(use: ToolUse | undefined, answer: Answer): Answer {
    const data = JSON.stringify(answer.data);
    const given = answer.problem ?? (data === "{}" ? answer.message : data);
    this.log.push({
      who: "tool",
      text: `${use?.name}(${JSON.stringify(use?.args)}) → ${given}`,
      ...(use === undefined ? {} : { exchange: { name: use.name, args: use.args, answer: given } }),
    });
    this.answers.push(answer);
    return answer;
  }
}

type Result = Awaited<ReturnType<Stack["vapi"]["calls"]["callTools"]>>["perCall"][number];

/** Reads an answer as a model does; the note on how to write something is for the model alone. */
function readAnswer({ given, isError, json, spoken, problem }: Result): Answer {
  if (given === null) {
    return { success: false, message: "", data: {}, problem: problem ?? "No answer" };
  }
  const parsed = dataSchema.safeParse(json);
  if (isError || !parsed.success || !isJsonObject(parsed.data)) {
    return { success: false, message: spoken ?? given, data: {} };
  }
  const { data } = parsed;
  return { success: data.success === true, message: String(data.message ?? ""), data };
}
