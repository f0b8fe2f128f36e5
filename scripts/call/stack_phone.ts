/** The phone of a running stack: what `deno task call` needs of it. */
import { z } from "zod";
import { toolTextSchema } from "../converse/knowledge.ts";

const callSchema = z.object({
  id: z.string(),
  number: z.string().nullable(),
  name: z.string(),
  firstMessage: z.string(),
  prompt: z.string(),
  tools: z.array(toolTextSchema),
});
export type OpenCall = z.infer<typeof callSchema>;

const useSchema = z.object({
  tool: z.string(),
  arguments: z.union([z.record(z.string(), z.json()), z.string()]),
  request: z.object({ url: z.string(), body: z.json() }),
  ms: z.number(),
  status: z.number().nullable(),
  answer: z.json(),
  said: z.string(),
});
export type ToolUse = z.infer<typeof useSchema>;

const recordedSchema = z.discriminatedUnion("played", [
  z.object({ played: z.literal(true), uses: z.array(useSchema) }),
  z.object({
    played: z.literal(false),
    stored: z.array(z.object({ tool: z.string(), outcome: z.string().nullable() })),
  }),
]);

const sentSchema = z.object({
  texts: z.array(z.object({ id: z.string(), to: z.string(), body: z.string() })),
});
export type Text = z.infer<typeof sentSchema>["texts"][number];

const refusalSchema = z.object({ message: z.string() });

/** No stack answers there, or none that can be called. */
export class NoStack extends Error {
  override readonly name = "NoStack";
}

export class StackPhone {
  readonly #texts = new Set<string>();

  constructor(readonly url: string, readonly key: string) {}

  /** Without an assistant, the agent that was saved last answers. */
  async open(number: string | null, assistantId?: string): Promise<OpenCall> {
    await this.newTexts();
    return callSchema.parse(await this.#ask("POST", "/calls", { number, assistantId }));
  }

  /** Opens a call from the same caller in a copy of the call's clinic. */
  async openCopy(id: string): Promise<OpenCall> {
    await this.newTexts();
    return callSchema.parse(await this.#ask("POST", `/calls/${id}/copy`));
  }

  async recorded(id: string): Promise<z.infer<typeof recordedSchema>> {
    return recordedSchema.parse(await this.#ask("GET", `/calls/${encodeURIComponent(id)}`));
  }

  async use(id: string, tool: string, args: ToolUse["arguments"]): Promise<ToolUse> {
    return useSchema.parse(
      await this.#ask("POST", `/calls/${id}/tools`, { tool, arguments: args }),
    );
  }

  /** Returns when everything that the call has caused to be sent was sent. */
  async hangUp(
    id: string,
    said: readonly { role: "user" | "bot"; message: string }[],
  ): Promise<void> {
    await this.#ask("POST", `/calls/${id}/end`, { said });
  }

  /** Text messages sent since the last time this was asked, the oldest first. */
  async newTexts(): Promise<Text[]> {
    const { texts } = sentSchema.parse(await this.#ask("GET", "/sent"));
    const fresh = texts.filter(({ id }) => !this.#texts.has(id)).toReversed();
    for (const { id } of fresh) this.#texts.add(id);
    return fresh;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/stack/v1${path}`, {
      method,
      headers: { apikey: this.key, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((cause) => {
      throw new NoStack(`No stack answers at ${this.url}`, { cause });
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (response.status === 401) {
      throw new NoStack(`The stack at ${this.url} does not take this publishable key`);
    }
    const refusal = refusalSchema.safeParse(jsonOf(text)).data;
    if (refusal === undefined) {
      throw new NoStack(`What answers at ${this.url} is not a stack started by dev`);
    }
    throw new Error(refusal.message);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
