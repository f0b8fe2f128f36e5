/** Calls that are played by hand: each tool call with what was sent and answered, so that it can be inspected and repeated. */

import { z } from "zod";
import type { PlacedCall } from "../vapi/calls/placed_call.ts";
import type { Fields } from "../vapi/calls/payload.ts";
import { linkedToolIds } from "../vapi/snapshot.ts";
import type { VapiDouble } from "../vapi/mod.ts";

export interface ToolUse {
  readonly tool: string;
  readonly arguments: Fields | string;
  /** What Vapi sent, and where to. */
  readonly request: { readonly url: string; readonly body: unknown };
  readonly ms: number;
  readonly status: number | null;
  /** As the model gets it; null if it gets nothing. */
  readonly answer: unknown;
  /** What is to be said. */
  readonly said: string;
}

export interface Knowledge {
  readonly name: string;
  readonly firstMessage: string;
  readonly prompt: string;
  /** Their definitions, as they are at Vapi. */
  readonly tools: readonly Fields[];
}

export interface PlayedCall {
  readonly assistantId: string;
  /** Null for a caller whose number is withheld. */
  readonly number: string | null;
  readonly startedAt: Date;
  readonly uses: ToolUse[];
}

/** The oldest are dropped. */
const KEPT = 200;

const answerSchema = z.looseObject({ message: z.string() });

export class PlayedCalls {
  readonly #calls = new Map<string, PlayedCall & { placed: PlacedCall }>();

  constructor(readonly vapi: VapiDouble) {}

  async open(assistantId: string, number: string | null): Promise<string> {
    const customer = number === null ? {} : { customer: { number } };
    const placed = await this.vapi.calls.place({ assistantId, ...customer });
    this.#calls.set(placed.id, { assistantId, number, startedAt: new Date(), uses: [], placed });
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > KEPT && oldest !== undefined) this.#calls.delete(oldest);
    return placed.id;
  }

  get(id: string): PlayedCall | undefined {
    return this.#calls.get(id);
  }

  /** Throws if the assistant could not go on, for example because a tool is not linked. */
  async use(id: string, tool: string, args: Fields | string): Promise<ToolUse> {
    const { placed, uses } = this.#playing(id);
    let body: unknown = null;
    const startedAt = performance.now();
    const { status, raw, deliveries, perCall } = await placed.callTool(tool, args, {
      edit: (sent) => body = sent,
    });
    const ms = Math.round(performance.now() - startedAt);
    const [result] = perCall;
    const answer = result?.json ?? result?.given ?? null;
    const said = answerSchema.safeParse(answer).data?.message ?? result?.spoken ?? raw;
    const url = deliveries[0]?.url ?? "";
    const use = { tool, arguments: args, request: { url, body }, ms, status, answer, said };
    uses.push(use);
    return use;
  }

  async hangUp(id: string, report: Fields = {}): Promise<void> {
    await this.#playing(id).placed.hangUp(report);
  }

  /** What the model is told: the prompt, and its tools' definitions. */
  knowledge(assistantId: string): Knowledge {
    const { assistants, tools } = this.vapi.state;
    const assistant = assistants.get(assistantId);
    if (assistant === undefined) throw new Error(`Vapi has no assistant ${assistantId}`);
    return {
      name: assistant.name ?? "",
      firstMessage: assistant.firstMessage ?? "",
      prompt: (assistant.model?.messages ?? []).filter(({ role }) => role === "system")
        .map(({ content }) => content ?? "").join("\n"),
      tools: linkedToolIds(assistant).flatMap((id) => tools.get(id)?.function ?? []),
    };
  }

  #playing(id: string) {
    const call = this.#calls.get(id);
    if (call === undefined) throw new Error(`No call ${id} is played here`);
    return call;
  }
}
