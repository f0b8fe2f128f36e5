import assert from "node:assert/strict";
import { catalogue } from "./catalogue.ts";

Deno.test("the catalogue names each tool by its endpoint", () => {
  const slugOf = Object.fromEntries(catalogue.map(({ name, slug }) => [name, slug]));
  assert.deepEqual(slugOf, {
    bookClinicAppointment: "book-clinic-appointment",
    cancelAppointment: "appointment-cancel",
    checkAvailability: "calendar-check",
    rescheduleAppointment: "appointment-reschedule",
    reserveAppointment: "booking-reserve-atomic",
    reserveSlot: "calendar-reserve",
    sendBookingConfirmation: "booking-send-confirmation",
    sendSms: "sms-send",
    verifyBookingCode: "booking-verify-otp",
  });
});
