import { defineTool } from "./define.ts";
import { code, holdId } from "./fields.ts";

export const tool = defineTool({
  name: "verifyBookingCode",
  slug: "booking-verify-otp",
  description:
    "Books the reserved appointment by the code that the patient received. Use it when they have read it out. It is " +
    "booked only if the answer says `success: true`; after a wrong code the answer tells how many attempts are " +
    "left.",
  args: { code, holdId },
  messages: [
    { type: "request-start", content: "I am checking the code." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
