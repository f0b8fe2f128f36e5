import type { tool } from "../../shared/tools/appointment-reschedule.ts";
import { refreshBusyTimes } from "../../shared/tools/busy_times.ts";
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

/** Moves one of the caller's own appointments, or says why not and what else is free. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  const newDate = await dateArgument(args.newDate, context);
  const wish = defined({
    newDate,
    newTime: timeArgument(args.newTime),
    appointmentId: args.appointmentId,
    phone: await optional(args.phone, (said) => phoneArgument(said, context)),
    date: await optional(args.currentDate, (said) => dateArgument(said, context)),
    time: await optional(args.currentTime, timeArgument),
    code: await optional(args.code, codeArgument),
  });
  await refreshBusyTimes(context, "take", newDate);
  return await context.execute(wish);
}
