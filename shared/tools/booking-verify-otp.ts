import { defineTool } from "./define.ts";
import { code, holdId } from "./fields.ts";

export const tool = defineTool({
  name: "verifyBookingCode",
  slug: "booking-verify-otp",
  description:
    "Checks the six-digit code that the patient received by text message and, if it is right, confirms the reserved " +
    "appointment. Only a successful answer means that the appointment is booked. After a wrong code the answer says " +
    "how many attempts are left. Pass the `holdId` of the reservation if you have it.",
  args: { code, holdId },
  messages: [
    {
      type: "request-response-delayed",
      content: "I am checking the code.",
      timingMilliseconds: 2500,
    },
  ],
});
