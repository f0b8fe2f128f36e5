/**
 * A double of Vapi at the wire: an HTTP server on loopback, so that the client under test is the
 * production client with another base URL.
 *
 * It covers tools, assistants, phone numbers, squads and calls (create, list, get, patch, delete) with what Vapi's document refuses, paging
 * and read-back quirks, latency and faults; and, in the other direction, the webhooks of a call. The versions of tools and assistants are
 * kept, and people restore them; there are no drafts and no names for versions, for which the document has no routes. A created call is
 * stored, not made. Nothing in it was checked against the live service.
 *
 * @module
 */
export type { Fault } from "../double/faults.ts";
export type { LoggedRequest } from "../double/request_log.ts";
export type { RefusedBody } from "./api.ts";
export type { Calls } from "./calls/mod.ts";
export { startVapiDouble, type VapiDouble, type VapiDoubleOptions } from "./double.ts";
export type { Change, Journal, Snapshot } from "./journal.ts";
export type { AssistantRecord, ToolRecord } from "./records.ts";
export { danglingToolIds, linkedToolIds, workingToolNames } from "./snapshot.ts";
