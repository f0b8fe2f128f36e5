import type { tool } from "../../shared/tools/booking-verify-otp.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import { codeArgument, defined } from "../../shared/tools/read_arguments.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Checks the code from the text message; the right one confirms the reservation. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  return await context.execute(defined({ code: codeArgument(args.code), holdId: args.holdId }));
}
