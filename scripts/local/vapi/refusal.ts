/** Thrown where the API refuses a request. `body` is sent as it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: RefusalBody;

  constructor(status: number, body: RefusalBody) {
    super(String(body.message));
    this.status = status;
    this.body = body;
  }
}

/** Vapi's error body; `message` is a list where a body or a query was validated. */
export interface RefusalBody {
  message: string | string[];
  error: string;
  /** Missing from a 409. */
  statusCode?: number;
}

const texts: Record<number, { message: string; error: string }> = {
  400: { message: "Bad request", error: "Bad Request" },
  401: {
    // Vapi says the same for a missing, a wrong and a public key.
    message:
      "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
    error: "Unauthorized",
  },
  404: { message: "Not found", error: "Not Found" },
  429: { message: "Rate limit exceeded", error: "Too Many Requests" },
  500: { message: "Internal server error", error: "Internal Server Error" },
  502: { message: "Bad gateway", error: "Bad Gateway" },
  503: { message: "Service unavailable", error: "Service Unavailable" },
  504: { message: "Gateway timeout", error: "Gateway Timeout" },
};

/** The body with which Vapi answers this status. */
export function errorBody(status: number, message?: string | string[]): RefusalBody {
  const text = texts[status] ?? { message: `Scripted ${status}`, error: "Error" };
  return { ...text, ...(message === undefined ? {} : { message }), statusCode: status };
}

export function badRequest(message: string | string[]): Refusal {
  return new Refusal(400, errorBody(400, message));
}

export function notFound(message: string): Refusal {
  return new Refusal(404, errorBody(404, message));
}

export function unauthorized(): Refusal {
  return new Refusal(401, errorBody(401));
}

/** As the document has it: without a status in the body. */
export function conflict(error: "tool_pinned" | "assistant_pinned", message: string): Refusal {
  return new Refusal(409, { error, message });
}
