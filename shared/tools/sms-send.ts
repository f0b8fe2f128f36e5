import { defineTool } from "./define.ts";
import { phoneKind } from "./field_kinds.ts";
import { text } from "./fields.ts";

export const tool = defineTool({
  name: "sendSms",
  slug: "sms-send",
  description:
    "Sends a short text message with information the caller asked for, such as the clinic's address. It goes to the " +
    "caller's own number, or to the number of a patient of this clinic. Never use it for codes or booking " +
    "confirmations: other tools send those. Ask the caller before you send anything.",
  args: {
    message: {
      ...text(
        "the text to send",
        "The text to send, at most 320 characters, without names of other people or medical details.",
      ),
      maxLength: 320,
      tooLong: "a text of at most 320 characters",
    },
    phone: {
      kind: phoneKind,
      ask: "the phone number, with area code",
      description:
        "Number to send to, as the caller gave it. Leave out to send to the caller's own number.",
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
