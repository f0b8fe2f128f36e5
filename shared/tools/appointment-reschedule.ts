import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "rescheduleAppointment",
  slug: "appointment-reschedule",
  description:
    "Moves the caller's appointment. Use it once they have confirmed the new day and time. If it was booked under another " +
    "number than theirs, pass `phone`, then call again with the `code` texted there. If several are found, ask which. If " +
    "the new time is gone, offer the `alternatives`.",
  args: {
    newDate: { ...date, description: "New day, YYYY-MM-DD.", fills: { time: "newTime" } },
    newTime: {
      ...time,
      description: "New time, HH:MM.",
      fills: { date: "newDate" },
    },
    ...ownAppointment,
    currentDate: {
      ...date,
      description: "Present day, YYYY-MM-DD.",
      optional: true,
      as: "date",
      fills: { time: "currentTime" },
    },
    currentTime: {
      ...time,
      description: "Present time, HH:MM.",
      optional: true,
      as: "time",
    },
    code: { ...code, optional: true },
  },
  busyTimes: { day: "newDate", purpose: "take" },
  messages: [
    { type: "request-start", content: "Let me see whether I can move that." },
    {
      type: "request-response-delayed",
      content: "I am still looking.",
      timingMilliseconds: 4000,
    },
  ],
});
