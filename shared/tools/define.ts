/** What a tool is: the one definition from which Vapi's schema, the endpoint's URL and the parser follow. */
import type { z } from "zod";

/** Something the assistant says by itself while the tool runs. */
export type ToolMessage =
  /** Said when the call starts. */
  | { type: "request-start"; content: string }
  /** Said only if no answer has come after so many milliseconds. */
  | { type: "request-response-delayed"; content: string; timingMilliseconds: number };

export interface ToolDefinition<Args extends z.ZodObject = z.ZodObject> {
  /** The function's name for the model, e.g. `checkAvailability`. */
  readonly name: string;
  /** The endpoint's last path segment and its folder in `functions/`, e.g. `calendar-check`. */
  readonly slug: string;
  /** Tells the model what the tool does, when to use it and what to do with the answer. */
  readonly description: string;
  /** What the model must fill in. Build it from `fields.ts`: each field says what to ask for. */
  readonly args: Args;
  readonly messages: readonly ToolMessage[];
  /** How long Vapi waits for the answer. */
  readonly timeoutSeconds: number;
}

/** The arguments that a tool's handler gets. */
export type ToolArgs<Tool extends ToolDefinition> = z.infer<Tool["args"]>;

type ToolInput<Args extends z.ZodObject> =
  & Omit<ToolDefinition<Args>, "messages" | "timeoutSeconds">
  & Partial<Pick<ToolDefinition, "messages" | "timeoutSeconds">>;

/** Vapi's rule for `function.name`. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const SLUG = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Longer descriptions make models choose worse. */
const MAX_DESCRIPTION = 1000;
/** Vapi's default, stated so that a change of it on their side changes nothing here. */
const TIMEOUT_SECONDS = 20;

/** Checks a definition and completes it. Throws TypeError for what Vapi would refuse later. */
export function defineTool<Args extends z.ZodObject>(
  { messages = [], timeoutSeconds = TIMEOUT_SECONDS, ...tool }: ToolInput<Args>,
): ToolDefinition<Args> {
  if (!NAME.test(tool.name)) {
    throw new TypeError(`Cannot define tool "${tool.name}": the name must match ${NAME}`);
  }
  if (!SLUG.test(tool.slug)) {
    throw new TypeError(
      `Cannot define tool "${tool.name}": the slug must be in kebab case, it is "${tool.slug}"`,
    );
  }
  if (tool.description.length === 0 || tool.description.length > MAX_DESCRIPTION) {
    throw new TypeError(
      `Cannot define tool "${tool.name}": the description must have 1 to ${MAX_DESCRIPTION} characters, ` +
        `it has ${tool.description.length}`,
    );
  }
  return { ...tool, messages, timeoutSeconds };
}
