import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import { defined, optional, phoneArgument } from "../../shared/tools/read_arguments.ts";
import type { tool } from "../../shared/tools/sms-send.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Sends a text message to the caller or to a contact of the clinic; the database decides to whom it may go. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  return await context.execute(defined({
    message: args.message,
    phone: await optional(args.phone, (said) => phoneArgument(said, context)),
  }));
}
