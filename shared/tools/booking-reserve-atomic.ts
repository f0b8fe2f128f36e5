import { defineTool } from "./define.ts";
import {
  date,
  holdId,
  patientEmail,
  patientName,
  patientPhone,
  provider,
  service,
  time,
} from "./fields.ts";

export const tool = defineTool({
  name: "reserveAppointment",
  slug: "booking-reserve-atomic",
  description:
    "Reserves an appointment for ten minutes and sends the patient a six-digit code by text message. It is not booked " +
    "yet: ask the patient to read out the code, then call verifyBookingCode. Use it instead of bookClinicAppointment " +
    "where the clinic wants the phone number proven. Repeat name, number, day and time to the caller before calling. " +
    "If the time is gone, the answer holds `alternatives`.",
  args: {
    patientName,
    patientPhone,
    patientEmail,
    appointmentDate: { ...date, as: "date", fills: { time: "appointmentTime" } },
    appointmentTime: { ...time, as: "time", fills: { date: "appointmentDate" } },
    service,
    provider,
    holdId,
  },
  busyTimes: { day: "appointmentDate", purpose: "take" },
  messages: [
    { type: "request-start", content: "One moment, I am reserving that and sending you a code." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
