import { defineTool } from "./define.ts";
import { code, date, ownAppointment, time } from "./fields.ts";

export const tool = defineTool({
  name: "cancelAppointment",
  slug: "appointment-cancel",
  description:
    "Cancels an upcoming appointment of the caller. Use it when they have confirmed that. It looks under the number " +
    "they call from; for another one pass `phone`: a code is texted there, and you call again with that `code`. If " +
    "several are found, ask which. It is cancelled only if the answer says `success: true`.",
  args: {
    ...ownAppointment,
    date: {
      ...date,
      description: "Its day, YYYY-MM-DD, if said.",
      optional: true,
      fills: { time: "time" },
    },
    time: {
      ...time,
      description: "Its time, HH:MM, if said.",
      optional: true,
    },
    code: { ...code, optional: true },
  },
  messages: [
    { type: "request-start", content: "One moment, I am looking for your appointment." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
