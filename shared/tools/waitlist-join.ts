import { defineTool } from "./define.ts";
import {
  code,
  date,
  ownAppointment,
  partOfDay,
  patientName,
  provider,
  requestedDayKind,
  service,
} from "./fields.ts";

export const tool = defineTool({
  name: "joinWaitlist",
  slug: "waitlist-join",
  description:
    "Puts the caller on the waiting list. Use it when no free time suits them and they agree. For another number than " +
    "theirs pass `phone`, then call again with the `code` texted there.",
  args: {
    patientName,
    date: {
      ...date,
      kind: requestedDayKind,
      description: "First day that will do, YYYY-MM-DD.",
      optional: true,
      fills: { until: "until", part: "partOfDay" },
    },
    until: { ...date, description: "Last day that will do.", optional: true },
    partOfDay,
    service,
    provider,
    phone: ownAppointment.phone,
    code: { ...code, optional: true },
  },
  messages: [
    { type: "request-start", content: "One moment, please." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
