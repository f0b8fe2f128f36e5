import { refreshBusyTimes } from "../../shared/tools/busy_times.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import {
  dateArgument,
  defined,
  optional,
  timeArgument,
} from "../../shared/tools/read_arguments.ts";
import type { tool } from "../../shared/tools/calendar-check.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Lists the free times of a day; with a wished time, whether that one is free and what is near it. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  const date = await dateArgument(args.date, context);
  const wish = defined({
    date,
    time: await optional(args.time, timeArgument),
    service: args.service,
    provider: args.provider,
  });
  await refreshBusyTimes(context, "look", date);
  return await context.execute(wish);
}
