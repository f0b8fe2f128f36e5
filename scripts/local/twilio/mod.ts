/**
 * A double of Twilio's Programmable Messaging at the wire.
 *
 * It covers creating and listing messages with Twilio's refusals, status callbacks and incoming texts with Twilio's signature, and STOP and
 * START as Twilio handles them by default. It does not cover media, scheduling, pools of numbers behind a messaging service, prices, or
 * Advanced Opt-Out. Nothing in it was checked against the live service.
 *
 * @module
 */
export { startTwilioDouble, type TwilioDouble, type TwilioDoubleOptions } from "./double.ts";
export type { MessageRecord } from "./records.ts";
