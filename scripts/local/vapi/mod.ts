/**
 * A double of Vapi at the wire: an HTTP server on loopback, so that the client under test is the
 * production client with another base URL.
 *
 * It covers tools and assistants (create, list, get, patch, delete) with Vapi's refusals, paging
 * and read-back quirks, latency and faults; and the other direction, the webhooks of a call. It
 * doesn't cover: phone numbers and calls as resources, drafts and named versions, native tools
 * beyond their type, the content of nested plans, voices and transcribers. Nothing in it was
 * checked against the live service.
 *
 * @module
 */
export type { Calls } from "./calls/mod.ts";
export type { Delivery } from "./calls/deliver.ts";
export { type CallResult, noResult } from "./calls/interpret.ts";
export type { PlacedCall } from "./calls/placed_call.ts";
export { isSingleCall, type PayloadShape, payloadShapes } from "./calls/shapes.ts";
export { twilioTokenCanary } from "./calls/surroundings.ts";
export type { ToolCallOptions, ToolCallOutcome, ToolCallRequest } from "./calls/tool_calls.ts";
export type { Credential } from "./credentials.ts";
export type { Dashboard } from "./dashboard.ts";
export { startVapiDouble, type VapiDouble, type VapiDoubleOptions } from "./double.ts";
export type { Fault, Faults, StatusFault } from "./faults.ts";
export type { Change, Journal, Snapshot } from "./journal.ts";
export type { AssistantRecord, FunctionToolRecord, ToolRecord } from "./records.ts";
export type { LoggedRequest, RequestLog } from "./request_log.ts";
export type { RequestMatch } from "./request_match.ts";
export { danglingToolIds, linkedToolIds, workingToolNames } from "./snapshot.ts";
