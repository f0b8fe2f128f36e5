import { defineTool } from "./define.ts";
import { phoneKind, text } from "./fields.ts";

export const tool = defineTool({
  name: "sendSms",
  slug: "sms-send",
  description:
    "Texts what the caller wants to know, such as the address, to them or to a patient of the clinic. Use it only " +
    "when the caller has agreed. Never for codes or confirmations: those are sent by themselves.",
  args: {
    message: {
      ...text(
        "the text to send",
        "At most 320 characters, without other people's names or medical details.",
      ),
      maxLength: 320,
      tooLong: "a text of at most 320 characters",
    },
    phone: {
      kind: phoneKind,
      ask: "the phone number, with area code",
      description: "Number to send to, if it is not the caller's own.",
      optional: true,
    },
  },
  messages: [
    { type: "request-start", content: "I am sending the message." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
