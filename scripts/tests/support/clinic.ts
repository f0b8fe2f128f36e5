/**
 * A clinic on the embedded stack, and Vapi calling its tools: real HTTP, real functions, real database. Test files share a stack; each test
 * has its own clinic, so that tests cannot disturb each other.
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../../shared/json.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import { addDays, isoWeekday, type LocalDate, todayIn } from "../../../shared/tools/local_date.ts";
import { closeSoundly } from "./bodies_taken.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { launchHere } from "./launch_here.ts";

/** What Vapi knows about a call. */
export interface Caller {
  callId?: string | null;
  assistantId?: string;
  number?: string;
  /** As Vapi names it: `inboundPhoneCall`, `webCall`. */
  callType?: string;
}

export type Shape = "tool-calls" | "function-call" | "root" | "legacy";

export const SHAPES: readonly Shape[] = ["tool-calls", "function-call", "root", "legacy"];

export interface CallOptions extends Caller {
  shape?: Shape;
  toolCallId?: string;
  headers?: Record<string, string>;
  /** Overrides the clinic's own: what the request's metadata names. */
  metadataOrgId?: string | null;
}

/** The answer to one call, whatever format it came in. */
export interface Answer {
  status: number;
  /** The body as it was sent. */
  text: string;
  /** What the tool found or did; null for an error. */
  result: JsonObject;
  error: string | null;
}

/** What Prometheus shows. */
export const METRICS_TOKEN: string = crypto.randomUUID();

let shared: Clinics | undefined;

/** Has a stack for the tests of this file, and of others in this process, from before the first test until after the last. */
export function clinics(): Clinics {
  if (shared !== undefined) return shared;
  const all = shared = new Clinics();
  Deno.test.beforeAll(async () => {
    all.stack = await startStack({
      cron: false,
      launch: launchHere,
      functionsEnv: {
        METRICS_TOKEN,
        TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000000",
        TWILIO_AUTH_TOKEN: "twilio-token-for-tests",
        TWILIO_FROM: "+15551230099",
        // Nothing listens there: these tests look at what is queued, not at what is sent.
        TWILIO_BASE_URL: "http://127.0.0.1:9",
      },
    });
    // Whatever is queued stays so: each wake would try all of it again, and fail.
    all.stack.net.ignore("outbox");
  });
  Deno.test.afterAll(() => all.close());
  return all;
}

export class Clinics {
  #stack: Stack | undefined;

  get stack(): Stack {
    if (this.#stack === undefined) throw new Error("The stack is started by beforeAll");
    return this.#stack;
  }

  set stack(stack: Stack) {
    this.#stack = stack;
  }

  async close(): Promise<void> {
    if (this.#stack !== undefined) await closeSoundly(this.#stack);
  }

  /** Creates an agent of the clinic's; returns its assistant. */
  async assistantOf(clinic: Clinic, tools: string[] | null = null): Promise<string> {
    const id = crypto.randomUUID();
    await this.stack.sql`
      insert into agents (org_id, name, role, system_prompt, assistant_id, tools)
      values (${clinic.id}, ${id.slice(0, 30)}, 'inbound', 'Hello', ${id}, ${tools})`;
    return id;
  }

  /** A clinic open on weekdays from 9 to 5, like every new one. */
  async open(
    { timezone = "America/New_York", country = "US", name = "Example Clinic" } = {},
  ): Promise<Clinic> {
    const [org] = await this.stack.sql<{ id: string }[]>`
      insert into organizations (name, timezone, country) values (${name}, ${timezone}, ${country}) returning id`;
    assert.ok(org);
    // Tests run at any hour: without quiet hours a message is queued, not deferred.
    await this.stack.sql`update sms_policies set quiet_until = quiet_from where org_id = ${org.id}`;
    return this.clinic(org.id, timezone);
  }

  /** An existing one. */
  clinic(id: string, timezone = "America/New_York"): Clinic {
    return new Clinic(this.stack, id, timezone);
  }
}

export class Clinic {
  /** Does not change for a test that runs past midnight. */
  readonly #today: LocalDate;

  constructor(readonly stack: Stack, readonly id: string, readonly timezone: string) {
    this.#today = todayIn(timezone, new Date());
  }

  /** A working day, at least this many weeks ahead: Monday is 1. */
  day(weekday = 2, weeks = 1): LocalDate {
    return addDays(this.#today, weeks * 7 + (weekday - isoWeekday(this.#today) + 7) % 7);
  }

  /** Calls a tool as Vapi does, and reads the answer from the format of that shape. */
  async call(tool: string, args: JsonValue, options: CallOptions = {}): Promise<Answer> {
    const { shape = "tool-calls", toolCallId = crypto.randomUUID() } = options;
    const response = await this.post(
      tool,
      requestBody(this.id, tool, args, { ...options, shape, toolCallId }),
      options,
    );
    const text = await response.text();
    return { status: response.status, text, ...readAnswer(shape, text, toolCallId) };
  }

  /** Text messages requested so far, oldest first. */
  async messages(): Promise<{ kind: string; recipient: string; body: string }[]> {
    const rows = await this.stack.sql<{ kind: string; recipient: string; body: string }[]>`
      select kind, recipient, body from sms_messages
      where org_id = ${this.id} and status in ('queued', 'sending') order by created_at`;
    return rows.map((row) => ({ ...row }));
  }

  /** The code in the latest text message that contains one, as the patient reads it. */
  async latestCode(): Promise<string> {
    const codes = (await this.messages()).filter(({ kind }) => kind === "code");
    const code = /\b\d{6}\b/.exec(codes.at(-1)?.body ?? "")?.[0];
    assert.ok(code, "a code was sent");
    return code;
  }

  /** State of each appointment, oldest first. */
  async states(): Promise<string[]> {
    const rows = await this.stack.sql<{ state: string }[]>`
      select state from appointments where org_id = ${this.id} order by created_at`;
    return rows.map(({ state }) => state);
  }

  /** Sends a body to a tool's endpoint with the webhook's secret, or with other headers. */
  post(
    tool: string,
    body: JsonValue,
    { headers }: Pick<CallOptions, "headers"> = {},
  ): Promise<Response> {
    const slug = catalogue.find(({ name }) => name === tool)?.slug ?? tool;
    return fetch(`${this.stack.functionsUrl}/${slug}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...headers ?? { "x-vapi-secret": this.stack.webhookSecret },
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }
}

/** A request in each of the four shapes; see shared/vapi/messages.ts. */
export function requestBody(
  orgId: string,
  tool: string,
  args: JsonValue,
  {
    shape = "tool-calls",
    toolCallId = "call-1",
    callId,
    assistantId,
    number,
    callType,
    metadataOrgId = orgId,
  }: CallOptions,
): JsonObject {
  const customer = defined({
    number,
    metadata: metadataOrgId === null ? undefined : { org_id: metadataOrgId },
  });
  const call = callId === null
    ? undefined
    : defined({ id: callId ?? crypto.randomUUID(), type: callType, assistantId, customer });
  const around = defined({ call, customer });
  switch (shape) {
    case "tool-calls":
      return {
        message: {
          type: "tool-calls",
          toolCallList: [{
            id: toolCallId,
            type: "function",
            function: { name: tool, arguments: args },
          }],
          ...around,
        },
      };
    case "function-call":
      return {
        message: {
          type: "function-call",
          functionCall: { name: tool, parameters: args },
          ...around,
        },
      };
    case "root":
      return { toolCallId, tool: { arguments: args }, ...around };
    case "legacy":
      return { message: { toolCall: { arguments: args }, ...around } };
  }
}

const resultSchema = z.record(z.string(), z.json());
const entrySchema = z.object({
  toolCallId: z.string(),
  result: z.string().optional(),
  error: z.string().optional(),
});
const bodySchemas = {
  "tool-calls": z.object({ results: z.tuple([entrySchema]) }),
  "function-call": z.strictObject({ result: z.string() }),
  "root": z.strictObject({ toolCallId: z.string(), result: resultSchema }),
  "legacy": z.strictObject({
    toolResult: z.strictObject({ content: z.string() }),
    speech: z.string(),
  }),
};

function readAnswer(
  shape: Shape,
  text: string,
  toolCallId: string,
): Pick<Answer, "result" | "error"> {
  const fromText = (json: string) => ({
    result: resultSchema.parse(JSON.parse(json)),
    error: null,
  });
  switch (shape) {
    case "tool-calls": {
      const [entry] = bodySchemas[shape].parse(JSON.parse(text)).results;
      assert.equal(entry.toolCallId, toolCallId);
      assert.ok(!/[\r\n]/.test(entry.result ?? entry.error ?? ""), "on one line");
      return entry.result === undefined
        ? { result: {}, error: entry.error ?? "" }
        : fromText(entry.result);
    }
    case "function-call":
      return fromText(bodySchemas[shape].parse(JSON.parse(text)).result);
    case "root": {
      const body = bodySchemas[shape].parse(JSON.parse(text));
      assert.equal(body.toolCallId, toolCallId);
      return { result: body.result, error: null };
    }
    case "legacy": {
      const body = bodySchemas[shape].parse(JSON.parse(text));
      const { result } = fromText(body.toolResult.content);
      assert.equal(body.speech, result.message);
      return { result, error: null };
    }
  }
}

function defined(fields: Record<string, JsonValue | undefined>): JsonObject {
  const object: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) object[name] = value;
  return object;
}

/** As callers hear a day: "Tuesday, November 24". */
export function speakDate(date: LocalDate): string {
  return new Intl.DateTimeFormat("en-US", {
    timeZone: "UTC",
    weekday: "long",
    month: "long",
    day: "numeric",
  }).format(new Date(date));
}
