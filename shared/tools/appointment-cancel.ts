import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "cancelAppointment",
  slug: "appointment-cancel",
  description:
    "Cancels an upcoming appointment of the caller. Ask them to confirm that they want to cancel before calling. It finds " +
    "appointments of the number they call from; for another number pass `phone`: a code is sent there, and you call " +
    "again with the `code` that the caller reads out. If the answer lists several appointments, ask which one. It is " +
    "cancelled only if the answer says `success: true`.",
  args: {
    ...ownAppointment,
    date: {
      ...date,
      description: "Day of the appointment to cancel, as YYYY-MM-DD, if the caller says it.",
      optional: true,
      fills: { time: "time" },
    },
    time: {
      ...time,
      description: "Time of the appointment to cancel, HH:MM in 24 hours, if the caller says it.",
      optional: true,
    },
    code: { ...code, optional: true },
  },
  messages: [
    {
      type: "request-response-delayed",
      content: "One moment, I am looking for your appointment.",
      timingMilliseconds: 2500,
    },
  ],
});
