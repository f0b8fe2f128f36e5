import type { tool } from "../../shared/tools/appointment-cancel.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import {
  codeArgument,
  dateArgument,
  defined,
  optional,
  phoneArgument,
  timeArgument,
} from "../../shared/tools/read_arguments.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Cancels one of the caller's own appointments. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  return await context.execute(defined({
    appointmentId: args.appointmentId,
    phone: await optional(args.phone, (said) => phoneArgument(said, context)),
    date: await optional(args.date, (said) => dateArgument(said, context)),
    time: await optional(args.time, timeArgument),
    code: await optional(args.code, codeArgument),
  }));
}
