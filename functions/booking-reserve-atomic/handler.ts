import type { tool } from "../../shared/tools/booking-reserve-atomic.ts";
import { refreshBusyTimes } from "../../shared/tools/busy_times.ts";
import type { ToolContext } from "../../shared/tools/context.ts";
import type { ToolArgs } from "../../shared/tools/define.ts";
import {
  dateArgument,
  defined,
  phoneArgument,
  timeArgument,
} from "../../shared/tools/read_arguments.ts";
import type { ToolResult } from "../../shared/vapi/responses.ts";

/** Holds a slot for a patient for ten minutes and sends the code that will confirm it. */
export async function run(args: ToolArgs<typeof tool>, context: ToolContext): Promise<ToolResult> {
  const date = await dateArgument(args.appointmentDate, context);
  const wish = defined({
    date,
    time: timeArgument(args.appointmentTime),
    patientName: args.patientName,
    patientPhone: await phoneArgument(args.patientPhone, context),
    patientEmail: args.patientEmail,
    service: args.service,
    provider: args.provider,
    holdId: args.holdId,
  });
  await refreshBusyTimes(context, "take", date);
  return await context.execute(wish);
}
