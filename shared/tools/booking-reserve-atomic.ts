import { defineTool } from "./define.ts";
import {
  anotherPatient,
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
    "Reserves an appointment for ten minutes and texts the patient a code. Use it once the caller has confirmed name, " +
    "number, day and time. It is not booked before the code they read out is verified. If the time is gone, offer the " +
    "`alternatives`.",
  args: {
    patientName,
    patientPhone,
    patientEmail,
    appointmentDate: { ...date, as: "date", fills: { time: "appointmentTime" } },
    appointmentTime: { ...time, as: "time", fills: { date: "appointmentDate" } },
    service,
    provider,
    holdId,
    anotherPatient,
  },
  busyTimes: { day: "appointmentDate", purpose: "take" },
  messages: [
    { type: "request-start", content: "One moment, I am reserving that and sending you a code." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
