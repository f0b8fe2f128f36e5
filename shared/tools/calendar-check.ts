import { defineTool, type Kind } from "./define.ts";
import {
  date,
  partOfDay,
  provider,
  requestedDayKind,
  requestedTimeKind,
  service,
  time,
} from "./fields.ts";
import type { LocalDate } from "./local_date.ts";
import { read } from "./reading.ts";

/** A day given in words is also the last one: the assistant repeats the day that we worked out or chose. */
const saidBackKind: Kind<LocalDate> = {
  ...requestedDayKind,
  async read(said, context) {
    const day = await requestedDayKind.read(said, context);
    return day.kind === "value" && day.value !== said
      ? read(day.value, { until: day.value, ...day.also })
      : day;
  },
};

export const tool = defineTool({
  name: "checkAvailability",
  slug: "calendar-check",
  description:
    "Finds free start times. Use it before you offer or accept a time. Without `date` it finds the soonest. Offer the " +
    "`slots`; `free` are all of that `date`, as ranges from first to last. For more, call again with `time` or " +
    "`partOfDay`. If it is not free, offer the `alternatives`.",
  args: {
    date: {
      ...date,
      kind: saidBackKind,
      description: "First day that will do, YYYY-MM-DD, or words such as next week.",
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
      kind: requestedTimeKind,
      description: "Wished for, HH:MM.",
      optional: true,
      fills: { date: "date", part: "partOfDay" },
    },
    partOfDay,
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
