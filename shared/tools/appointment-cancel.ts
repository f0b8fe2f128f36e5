import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "cancelAppointment",
  slug: "appointment-cancel",
  description:
    "Cancels the caller's appointment. Use it once they have confirmed that. If it was booked under another number than " +
    "theirs, pass `phone`, then call again with the `code` texted there. If several are found, ask which.",
  args: {
    ...ownAppointment,
    date: {
      ...date,
      description: "Its day, YYYY-MM-DD.",
      optional: true,
      fills: { time: "time" },
    },
    time: {
      ...time,
      description: "Its time, HH:MM.",
      optional: true,
    },
    code: { ...code, optional: true },
  },
  messages: [
    { type: "request-start", content: "One moment, I am looking for your appointment." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
