import { defineTool } from "./define.ts";
import { phoneKind, text } from "./fields.ts";

export const tool = defineTool({
  name: "sendSms",
  slug: "sms-send",
  description:
    "Texts what the caller wants to know, such as the address, to them or a patient. Use it only if the caller has agreed. " +
    "Never for codes or confirmations: those are sent by themselves.",
  args: {
    message: {
      ...text(
        "the text to send",
        "At most 320 characters. No other people's names, nothing medical.",
      ),
      maxLength: 320,
      tooLong: "a text of at most 320 characters",
    },
    phone: {
      kind: phoneKind,
      ask: "the phone number, with area code",
      description: "If not the caller's own number.",
      optional: true,
    },
  },
  messages: [
    { type: "request-start", content: "I am sending the message." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
