import { defineTool } from "./define.ts";
import { dayWishKind, partOfDayKind, timeWishKind } from "./field_kinds.ts";
import { date, provider, service, time } from "./fields.ts";

export const tool = defineTool({
  name: "checkAvailability",
  slug: "calendar-check",
  description:
    "Finds free start times at the clinic. Use it before offering any time: never guess that a time is free. Without " +
    "`date` it finds the next day with free times. Pass `time` or `partOfDay` as well when the caller wishes for one. " +
    "The answer is about one `date`: `slots` are start times to offer (HH:MM, local time of the clinic), `free` are all there " +
    "are, as ranges from first to last. Call again with `time` or `partOfDay` for more. If the day or time is not free, " +
    "`alternatives` are the nearest days.",
  args: {
    date: {
      ...date,
      kind: dayWishKind,
      description:
        "First day wished for, as YYYY-MM-DD, or the caller's words, such as next week. Leave out for the soonest.",
      optional: true,
      fills: { time: "time", until: "until", part: "partOfDay" },
    },
    until: {
      ...date,
      description: "Last day that will do, as YYYY-MM-DD, if several days will.",
      optional: true,
    },
    time: {
      ...time,
      kind: timeWishKind,
      description:
        "Time the caller wishes for, local, HH:MM in 24 hours. Leave out if any will do.",
      optional: true,
      fills: { part: "partOfDay" },
    },
    partOfDay: {
      kind: partOfDayKind,
      ask: "the part of the day",
      description: "Part of the day that the caller wishes for.",
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
