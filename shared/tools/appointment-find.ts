import { defineTool } from "./define.ts";
import { code, ownAppointment } from "./fields.ts";

export const tool = defineTool({
  name: "findAppointments",
  slug: "appointment-find",
  description:
    "Tells the caller's upcoming appointments. Use it when they ask. For another number than theirs pass `phone`, then call " +
    "again with the `code` texted there.",
  args: { phone: ownAppointment.phone, code: { ...code, optional: true } },
  messages: [
    { type: "request-start", content: "One moment, I am looking for your appointment." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
