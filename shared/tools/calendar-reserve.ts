import { defineTool } from "./define.ts";
import { date, provider, service, time } from "./fields.ts";

export const tool = defineTool({
  name: "reserveSlot",
  slug: "calendar-reserve",
  description:
    "Holds a start time for five minutes, so that nobody else takes it while the caller gives the remaining details. " +
    "It is not a booking: afterwards call bookClinicAppointment or reserveAppointment with the `holdId` of the answer. " +
    "If the time is gone, the answer holds `alternatives`.",
  args: {
    date: { ...date, fills: { time: "time" } },
    time: { ...time, fills: { date: "date" } },
    service,
    provider,
  },
  busyTimes: { day: "date", purpose: "take" },
  messages: [
    {
      type: "request-response-delayed",
      content: "One moment, I am holding that time for you.",
      timingMilliseconds: 2500,
    },
  ],
});
