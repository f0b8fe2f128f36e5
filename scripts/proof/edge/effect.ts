/** One HTTP request of an isolate, the unit in which crash points are counted. */
export interface Effect {
  /** Function that makes it. */
  slug: string;
  /** Number of the isolate. */
  isolate: number;
  /** `db`, `vapi`, `twilio`, … */
  service: string;
  method: string;
  /** Path as requested. */
  path: string;
  /** `rpc save_agent`, `PATCH /assistant/:id`: the same for effects of the same kind. */
  name: string;
  /** Text of the body. */
  body: string;
}

/** Our ids and Vapi's, and those of Google's events, which are ours without dashes. */
const ID = /^([0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|AC[0-9a-f]{32})$/i;

/** Names the kind of an effect. */
export function effectName(service: string, method: string, path: string): string {
  if (service === "db") return `rpc ${path.split("/").at(-1)}`;
  const segments = path.split("/").map((segment) => ID.test(segment) ? ":id" : segment);
  return `${method} ${segments.join("/")}`;
}
