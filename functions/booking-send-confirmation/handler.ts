import type { tool } from "../../shared/tools/booking-send-confirmation.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import { defined } from "../../shared/tools/read_arguments.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Sends the confirmation of an appointment, once, or again if that is asked for. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  return await context.execute(defined({ appointmentId: args.appointmentId, again: args.again }));
}
