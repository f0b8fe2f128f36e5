import assert from "node:assert/strict";
import { catalogue } from "./catalogue.ts";

/** Names and URLs that assistants and consoles out there rely on. */
const PROMISED = {
  bookClinicAppointment: "book-clinic-appointment",
  cancelAppointment: "appointment-cancel",
  checkAvailability: "calendar-check",
  rescheduleAppointment: "appointment-reschedule",
  reserveAppointment: "booking-reserve-atomic",
  reserveSlot: "calendar-reserve",
  sendBookingConfirmation: "booking-send-confirmation",
  sendSms: "sms-send",
  verifyBookingCode: "booking-verify-otp",
};

Deno.test("the catalogue keeps the promised tools at their endpoints", () => {
  const slugOf = Object.fromEntries(catalogue.map(({ name, slug }) => [name, slug]));
  assert.deepEqual({ ...slugOf, ...PROMISED }, slugOf);
});
