import { z } from "zod";
import { GoogleRefusal, invalid, notFound } from "./refusal.ts";

const momentSchema = z.object({
  dateTime: z.iso.datetime({ offset: true }),
  timeZone: z.string().optional(),
});
const eventSchema = z.object({
  id: z.string().regex(/^[0-9a-v]{5,1024}$/).optional(),
  status: z.enum(["confirmed", "tentative", "cancelled"]).default("confirmed"),
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  start: momentSchema,
  end: momentSchema,
  transparency: z.enum(["opaque", "transparent"]).optional(),
  colorId: z.string().optional(),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()) }).optional(),
});

/** An event as the API answers it. */
export type EventRecord = z.infer<typeof eventSchema> & {
  kind: "calendar#event";
  id: string;
  created: string;
  updated: string;
  sequence: number;
};

/** A calendar that was shared with the service account. */
export class CalendarState {
  /** By id; deleted ones stay, as cancelled. */
  readonly events = new Map<string, EventRecord>();

  /** What a person sees in the calendar, by time. */
  get visible(): EventRecord[] {
    return [...this.events.values()].filter(({ status }) => status !== "cancelled")
      .sort((a, b) => timeOf(a.start) - timeOf(b.start));
  }

  insert(body: unknown): EventRecord {
    const fields = parse(body);
    const id = fields.id ?? crypto.randomUUID().replaceAll("-", "");
    if (this.events.has(id)) {
      throw new GoogleRefusal(409, "duplicate", "The requested identifier already exists.");
    }
    const now = new Date().toISOString();
    return this.#store({
      ...fields,
      kind: "calendar#event",
      id,
      created: now,
      updated: now,
      sequence: 0,
    });
  }

  patch(id: string, body: unknown): EventRecord {
    const event = this.events.get(id);
    if (event === undefined) throw notFound();
    const changes = z.record(z.string(), z.unknown()).parse(body);
    const fields = parse({ ...event, ...changes });
    return this.#store({
      ...event,
      ...fields,
      id,
      updated: new Date().toISOString(),
      sequence: event.sequence + 1,
    });
  }

  remove(id: string): void {
    const event = this.events.get(id);
    if (event === undefined) throw notFound();
    if (event.status === "cancelled") {
      throw new GoogleRefusal(410, "deleted", "Resource has been deleted");
    }
    this.#store({ ...event, status: "cancelled", updated: new Date().toISOString() });
  }

  /** Events that overlap the span, without cancelled ones. */
  between(from: number, until: number): EventRecord[] {
    return this.visible.filter(({ start, end }) => timeOf(start) < until && timeOf(end) > from);
  }

  #store(event: EventRecord): EventRecord {
    this.events.set(event.id, event);
    return event;
  }
}

export function timeOf({ dateTime }: { dateTime: string }): number {
  return Date.parse(dateTime);
}

function parse(body: unknown): z.infer<typeof eventSchema> {
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) throw invalid(`Invalid ${parsed.error.issues[0]?.path.join(".")} value.`);
  if (timeOf(parsed.data.start) >= timeOf(parsed.data.end)) {
    throw new GoogleRefusal(400, "timeRangeEmpty", "The specified time range is empty.");
  }
  return parsed.data;
}
