import { defineTool } from "./define.ts";
import { appointmentId, yesNoKind } from "./fields.ts";

export const tool = defineTool({
  name: "sendBookingConfirmation",
  slug: "booking-send-confirmation",
  description:
    "Texts the confirmation of a booking. Each booking sends one by itself: use it only if the caller asks, with `again` " +
    "for a second one.",
  args: {
    appointmentId,
    again: {
      kind: yesNoKind,
      ask: "whether to send it again, yes or no",
      description: "True to send one more.",
      optional: true,
    },
  },
  messages: [
    { type: "request-start", content: "I am sending the message." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
