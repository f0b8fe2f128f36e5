/** What the product needs of Google Calendar, and no more. Every method throws ServiceError. */

export interface CalendarEvent {
  summary: string;
  description: string;
  /** RFC 3339 with offset. */
  startsAt: string;
  endsAt: string;
  /** IANA name. */
  timezone: string;
}

export interface EventRef {
  calendarId: string;
  /** Chosen by us, so that inserting twice makes one event: 5 to 1024 of the characters 0-9 and a-v. */
  eventId: string;
}

export interface Span {
  /** RFC 3339 with offset. */
  from: string;
  until: string;
}

export interface BusyPeriod {
  /** RFC 3339 with offset. */
  start: string;
  end: string;
}

export interface GoogleCallOptions {
  signal?: AbortSignal;
}

export interface GoogleCalendar {
  /** "exists": there is, or was, an event with this id; Google keeps the ids of deleted ones. */
  insert(
    ref: EventRef,
    event: CalendarEvent,
    options?: GoogleCallOptions,
  ): Promise<"inserted" | "exists">;
  /** Changes what we wrote and nothing else: colours, notes and guests that staff added stay. Revives a deleted event. */
  patch(
    ref: EventRef,
    event: CalendarEvent,
    options?: GoogleCallOptions,
  ): Promise<"patched" | "missing">;
  /** Resolves also if the event, or the whole calendar, is gone. */
  remove(ref: EventRef, options?: GoogleCallOptions): Promise<void>;
  /** Whether an entry that isn't one of our copies blocks time in the span. */
  isTaken(calendarId: string, span: Span, options?: GoogleCallOptions): Promise<boolean>;
  /** Busy periods by calendar, of fifty calendars at most; null for one that the service account may not see. */
  freeBusy(
    calendarIds: readonly string[],
    span: Span,
    options?: GoogleCallOptions,
  ): Promise<Map<string, BusyPeriod[] | null>>;
}
