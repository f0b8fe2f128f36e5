import {
  startVapiDouble,
  type VapiDouble,
  type VapiDoubleOptions,
} from "../../local/vapi/double.ts";

/** Answer of the double, with the body parsed. */
export interface TestAnswer {
  status: number;
  body: unknown;
  /** `id` of the body; "" without one. */
  id: string;
  /** Value in the body at a dotted path, such as "model.toolIds". */
  at(path: string): unknown;
}

export interface TestClient {
  double: VapiDouble;
  /** Sends a request with the key; a string is sent as it is, anything else as JSON. */
  send(method: string, path: string, body?: unknown): Promise<TestAnswer>;
}

/** Runs a test against a double of its own. */
export function withDouble(
  test: (client: TestClient) => Promise<void>,
  options: VapiDoubleOptions = {},
): () => Promise<void> {
  return async () => {
    const double = await startVapiDouble(options);
    try {
      await test({ double, send: (method, path, body) => send(double, { method, path, body }) });
    } finally {
      await double.close();
    }
  };
}

async function send(
  { url, key }: VapiDouble,
  { method, path, body }: { method: string; path: string; body: unknown },
): Promise<TestAnswer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  const at = (path: string) => valueAt(answer, path);
  return { status: response.status, body: answer, id: String(at("id") ?? ""), at };
}

/** Value at a dotted path, such as "message.toolCallList.0.id"; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce(property, value);
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** Body of a function tool that is accepted. */
export const toolBody = {
  type: "function",
  function: {
    name: "checkAvailability",
    description: "Finds free slots.",
    parameters: {
      type: "object",
      properties: { date: { type: "string", description: "YYYY-MM-DD" } },
      required: ["date"],
    },
  },
  server: { url: "https://backend.example.test/calendar-check", headers: { "x-vapi-secret": "s" } },
};

/** Body of an assistant that is accepted. */
export const assistantBody = {
  name: "Front desk",
  firstMessage: "Hello",
  model: {
    provider: "openai",
    model: "gpt-4.1",
    temperature: 0.3,
    toolIds: [],
    messages: [{ role: "system", content: "You book appointments." }],
  },
  voice: { provider: "vapi", voiceId: "Elliot" },
};
