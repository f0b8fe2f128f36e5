import { defineTool } from "./define.ts";
import { date, provider, service, time } from "./fields.ts";

export const tool = defineTool({
  name: "checkAvailability",
  slug: "calendar-check",
  description:
    "Lists the free start times of a day at the clinic. Use it before offering any time: never guess that a time is " +
    "free. Pass `time` as well when the caller wishes for a certain time. The answer holds `slots` (HH:MM, local time " +
    "of the clinic) and, if the day or time is not free, `alternatives` on the nearest days. Offer two or three of " +
    "them, not the whole list.",
  args: {
    date: { ...date, fills: { time: "time" } },
    time: {
      ...time,
      description:
        "Time the caller wishes for, local, HH:MM in 24 hours. Leave out if any will do.",
      optional: true,
    },
    service,
    provider,
  },
  busyTimes: { day: "date", purpose: "look" },
  messages: [
    { type: "request-start", content: "Let me look at the calendar." },
    {
      type: "request-response-delayed",
      content: "The calendar takes a moment longer.",
      timingMilliseconds: 3000,
    },
  ],
});
