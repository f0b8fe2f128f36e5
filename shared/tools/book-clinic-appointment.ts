import { defineTool } from "./define.ts";
import {
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
    "Books an appointment at the clinic for a patient. Ask for the patient's name, phone number, day and time first, and " +
    "repeat them to the caller before calling. The appointment exists only if the answer says `success: true`: tell the " +
    "caller the day and time from the answer. If the time is gone, offer the `alternatives` of the answer and call " +
    "again with the one they choose.",
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
        "What the clinic should know about the visit, in the caller's words.",
      ),
      optional: true,
    },
    holdId,
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
