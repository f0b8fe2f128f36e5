import type { tool } from "../../shared/tools/calendar-reserve.ts";
import { refreshBusyTimes } from "../../shared/tools/busy_times.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import { dateArgument, defined, timeArgument } from "../../shared/tools/read_arguments.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Holds a slot for five minutes, for a caller who has yet to say who they are. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  const date = await dateArgument(args.date, context);
  const wish = defined({
    date,
    time: timeArgument(args.time),
    service: args.service,
    provider: args.provider,
  });
  await refreshBusyTimes(context, "take", date);
  return await context.execute(wish);
}
