/**
 * Forms in which tool calls reach a server, each seen in the API's types, Vapi's docs or captured
 * traffic. Except for the last three, several calls can share one message.
 */
export const payloadShapes = [
  /** What is sent today: three lists with the same calls, `arguments` an object. */
  "tool-calls",
  /** As the types say: `arguments` a string of JSON. */
  "tool-calls-string",
  /** One list alone, of the three. */
  "tool-call-list",
  "twin-list",
  "tool-with-tool-call-list",
  /** `function.parameters` in place of `function.arguments`. */
  "function-parameters",
  /** Entries `{id, name, arguments}` and `{id, name, parameters}`, as Vapi's docs show them. */
  "flat-arguments",
  "flat-parameters",
  /** From the Chat API: `chat` and no `call`. */
  "chat",
  /** Until 2024: `{message: {type: "function-call", functionCall: {name, parameters}}}`. */
  "function-call",
  /** `{toolCallId, tool: {arguments}, customer: {metadata}}` */
  "root",
  /** `{message: {toolCall: {arguments}}}` */
  "legacy",
] as const;

export type PayloadShape = typeof payloadShapes[number];

/** Shapes that carry one call and no list. */
export function isSingleCall(shape: PayloadShape): shape is "function-call" | "root" | "legacy" {
  return shape === "function-call" || shape === "root" || shape === "legacy";
}
