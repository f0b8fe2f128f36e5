import { defineTool } from "./define.ts";
import { date, provider, service, time } from "./fields.ts";

export const tool = defineTool({
  name: "reserveSlot",
  slug: "calendar-reserve",
  description:
    "Holds a start time for five minutes. Use it when the caller has chosen and still has to give their details. It is " +
    "not booked yet: book with the `holdId` of the answer. If the time is gone, offer the `alternatives`.",
  args: {
    date: { ...date, fills: { time: "time" } },
    time: { ...time, fills: { date: "date" } },
    service,
    provider,
  },
  busyTimes: { day: "date", purpose: "take" },
  messages: [
    { type: "request-start", content: "One moment, I am holding that time for you." },
    { type: "request-response-delayed", content: "Almost done.", timingMilliseconds: 4000 },
  ],
});
