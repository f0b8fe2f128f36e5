/** The embedded stack's own tools, at the `stackUrl` of its configuration. */
import * as z from "zod/mini";
import { ApiError } from "../../client/api_error.ts";
import { config } from "../config.ts";

export const moods = ["up", "down", "slow", "busy"] as const;
export type Mood = typeof moods[number];

const sentSchema = z.object({
  texts: z.array(
    z.object({
      id: z.string(),
      to: z.string(),
      body: z.string(),
      status: z.string(),
      at: z.string(),
    }),
  ),
  mails: z.array(
    z.object({ id: z.string(), to: z.string(), subject: z.string(), text: z.string() }),
  ),
  events: z.array(
    z.object({
      id: z.string(),
      calendar: z.string(),
      summary: z.string(),
      starts: z.string(),
      ends: z.string(),
    }),
  ),
});
export type Sent = z.infer<typeof sentSchema>;

const moodSchema = z.object({ vapi: z.enum(moods) });

const stepSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("started"), callId: z.string(), caller: z.string() }),
  z.object({
    kind: z.literal("asked"),
    tool: z.string(),
    arguments: z.record(z.string(), z.string()),
  }),
  z.object({
    kind: z.literal("answered"),
    tool: z.string(),
    ms: z.number(),
    status: z.nullable(z.number()),
    answer: z.unknown(),
    said: z.string(),
  }),
  z.object({ kind: z.literal("ended"), booked: z.boolean() }),
  z.object({ kind: z.literal("broken"), reason: z.string() }),
]);
export type Step = z.infer<typeof stepSchema>;

export async function readSent(): Promise<Sent> {
  return sentSchema.parse(await (await ask("GET", "/sent")).json());
}

export async function readMood(): Promise<Mood> {
  return moodSchema.parse(await (await ask("GET", "/faults")).json()).vapi;
}

export async function setMood(vapi: Mood): Promise<void> {
  await ask("PUT", "/faults", { vapi });
}

/** A call from its beginning to its end; each step is reported as it happens. */
export async function ring(assistantId: string, onStep: (step: Step) => void): Promise<void> {
  const { body } = await ask("POST", "/ring", { assistantId });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true };
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onStep(stepSchema.parse(JSON.parse(line)));
    if (done) return;
  }
}

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const { stackUrl, publishableKey } = config.value ?? {};
  const response = await fetch(`${stackUrl}${path}`, {
    method,
    headers: { apikey: publishableKey ?? "", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause) => {
    throw new ApiError("unreachable", "", { status: 0, cause });
  });
  if (response.ok) return response;
  throw new ApiError("error", `The stack answered ${response.status}`, { status: response.status });
}
