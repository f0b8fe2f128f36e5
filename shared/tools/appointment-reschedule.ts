import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "rescheduleAppointment",
  slug: "appointment-reschedule",
  description:
    "Moves an upcoming appointment of the caller to another day or time. Repeat the new day and time to the caller before " +
    "calling. It finds appointments of the number they call from; for another number pass `phone`: a code is sent there, " +
    "and you call again with the `code` that the caller reads out. If the answer lists several appointments, ask which " +
    "one; if the new time is not free, offer the `alternatives`. It is moved only if the answer says `success: true`.",
  args: {
    newDate: { ...date, description: "New day as YYYY-MM-DD.", fills: { time: "newTime" } },
    newTime: {
      ...time,
      description: "New start time in the clinic's local time, HH:MM in 24 hours.",
      fills: { date: "newDate" },
    },
    ...ownAppointment,
    currentDate: {
      ...date,
      description: "Present day of the appointment, as YYYY-MM-DD, if the caller says it.",
      optional: true,
      as: "date",
      fills: { time: "currentTime" },
    },
    currentTime: {
      ...time,
      description: "Present time of the appointment, HH:MM in 24 hours, if the caller says it.",
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
