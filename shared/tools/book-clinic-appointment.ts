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
  text,
  time,
} from "./fields.ts";

export const tool = defineTool({
  name: "bookClinicAppointment",
  slug: "book-clinic-appointment",
  description:
    "Books an appointment. Use it once the caller has confirmed name, number, day and time. It is booked only if " +
    "`success` is true: then tell the day and time of the answer. If the time is gone, offer the `alternatives`.",
  args: {
    patientName,
    patientPhone,
    patientEmail,
    appointmentDate: { ...date, as: "date", fills: { time: "appointmentTime" } },
    appointmentTime: { ...time, as: "time", fills: { date: "appointmentDate" } },
    service,
    provider,
    notes: {
      ...text(
        "a shorter note",
        "For the clinic, in the caller's words.",
      ),
      optional: true,
    },
    holdId,
    anotherPatient,
  },
  busyTimes: { day: "appointmentDate", purpose: "take" },
  messages: [
    { type: "request-start", content: "One moment while I book that." },
    {
      type: "request-response-delayed",
      content: "I am still working on your booking.",
      timingMilliseconds: 4000,
    },
  ],
});
