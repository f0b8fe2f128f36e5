import type { JsonObject } from "../json.ts";
import type { ToolResult } from "../vapi/responses.ts";
import { parseArguments } from "./arguments.ts";
import type { ToolContext, ToolHandler } from "./context.ts";
import type { ToolArgs, ToolDefinition } from "./define.ts";

/** A tool joined with its handler, whatever its arguments are. */
export interface ToolEndpoint {
  readonly tool: ToolDefinition;
  /** Parses the arguments and carries the call out. Throws what `speakError` can put into words. */
  answer(given: JsonObject, context: ToolContext): Promise<ToolResult>;
}

export function endpoint<Tool extends ToolDefinition>(
  tool: Tool,
  run: ToolHandler<ToolArgs<Tool>>,
): ToolEndpoint {
  return { tool, answer: (given, context) => run(parseArguments(tool, given), context) };
}
