/** Thrown where the API refuses a request. `body` is sent as it is. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: RefusalBody;

  constructor(body: RefusalBody) {
    super(String(body.message));
    this.name = "Refusal";
    this.status = body.statusCode;
    this.body = body;
  }
}

/** Vapi's error body; `message` is a list where a body or a query was validated. */
export interface RefusalBody {
  message: string | string[];
  error: string;
  statusCode: number;
}

export function badRequest(message: string | string[]): Refusal {
  return new Refusal({ message, error: "Bad Request", statusCode: 400 });
}

export function notFound(message: string): Refusal {
  return new Refusal({ message, error: "Not Found", statusCode: 404 });
}

/** The words are Vapi's: it says the same for a missing, a wrong and a public key. */
export function unauthorized(): Refusal {
  return new Refusal({
    message:
      "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
    error: "Unauthorized",
    statusCode: 401,
  });
}

/** Answer to `DELETE /tool/:id` while an assistant's `model.toolRefs` pins a version of the tool. */
export function toolPinned(id: string): Refusal {
  return new Refusal({
    message: `Tool ${id} cannot be deleted: a version of it is pinned by an assistant`,
    error: "tool_pinned",
    statusCode: 409,
  });
}
