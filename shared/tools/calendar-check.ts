import { defineTool } from "./define.ts";
import {
  date,
  dayWishKind,
  partOfDayKind,
  provider,
  service,
  time,
  timeWishKind,
} from "./fields.ts";

export const tool = defineTool({
  name: "checkAvailability",
  slug: "calendar-check",
  description:
    "Finds free start times. Use it before you offer or accept any time: never guess that one is free. Without `date` it " +
    "finds the soonest. The answer is about one `date`: offer the `slots`; `free` are all there are, as ranges from " +
    "first to last. Call again with `time` or `partOfDay` for more. If the day or time is not free, `alternatives` are " +
    "the nearest days.",
  args: {
    date: {
      ...date,
      kind: dayWishKind,
      description: "First day wished for, YYYY-MM-DD, or words such as next week.",
      optional: true,
      fills: { time: "time", until: "until", part: "partOfDay" },
    },
    until: {
      ...date,
      description: "Last day that will do, YYYY-MM-DD.",
      optional: true,
    },
    time: {
      ...time,
      kind: timeWishKind,
      description: "Time wished for, HH:MM in 24 hours.",
      optional: true,
      fills: { part: "partOfDay" },
    },
    partOfDay: {
      kind: partOfDayKind,
      ask: "the part of the day",
      description: "Part of the day wished for.",
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
