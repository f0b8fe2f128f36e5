import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "rescheduleAppointment",
  slug: "appointment-reschedule",
  description:
    "Moves an upcoming appointment of the caller. Use it when they have confirmed the new day and time. It looks " +
    "under the number they call from; for another one pass `phone`: a code is texted there, and you call again with " +
    "that `code`. If several are found, ask which. It is moved only if the answer says `success: true`; if the new " +
    "time is not free, offer the `alternatives`.",
  args: {
    newDate: { ...date, description: "New day, YYYY-MM-DD.", fills: { time: "newTime" } },
    newTime: {
      ...time,
      description: "New time, HH:MM in 24 hours.",
      fills: { date: "newDate" },
    },
    ...ownAppointment,
    currentDate: {
      ...date,
      description: "Its present day, YYYY-MM-DD, if said.",
      optional: true,
      as: "date",
      fills: { time: "currentTime" },
    },
    currentTime: {
      ...time,
      description: "Its present time, HH:MM, if said.",
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
