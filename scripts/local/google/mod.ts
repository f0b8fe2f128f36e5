/**
 * A double of Google Calendar at the wire.
 *
 * It covers the exchange of a service account's assertion (signature, issuer, audience, lifetime), inserting, patching, deleting, reading
 * and listing events with Google's refusals, ids that stay taken after a deletion, and free/busy queries. It does not cover all-day and
 * recurring events, guests, etags, the selection of fields, or sync tokens. Nothing in it was checked against the live service.
 *
 * @module
 */
export { type GoogleDouble, type GoogleDoubleOptions, startGoogleDouble } from "./double.ts";
export type { CalendarState, EventRecord } from "./events.ts";
