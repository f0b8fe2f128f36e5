import { defineTool } from "./define.ts";
import { yesNoKind } from "./field_kinds.ts";
import { appointmentId } from "./fields.ts";

export const tool = defineTool({
  name: "sendBookingConfirmation",
  slug: "booking-send-confirmation",
  description:
    "Sends the confirmation of a booked appointment by text message to the patient's number on record. A booking sends " +
    "one by itself, so use this only when the caller asks for it; set `again` if they want it a second time.",
  args: {
    appointmentId,
    again: {
      kind: yesNoKind,
      ask: "whether to send it again, yes or no",
      description: "True only if the caller asks to have the confirmation sent once more.",
      optional: true,
    },
  },
  messages: [
    {
      type: "request-response-delayed",
      content: "I am sending the message.",
      timingMilliseconds: 2500,
    },
  ],
});
