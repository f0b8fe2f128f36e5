import { defineTool } from "./define.ts";
import { code, holdId } from "./fields.ts";

export const tool = defineTool({
  name: "verifyBookingCode",
  slug: "booking-verify-otp",
  description:
    "Books the reserved appointment by the code. Use it when the patient has read it out. It is booked only if `success` " +
    "is true.",
  args: { code, holdId },
  messages: [
    { type: "request-start", content: "I am checking the code." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
