/** The client of a front end: docs/people-api.md as functions. */
export type { AgentChange, NewAgent } from "../../functions/agent-save/body.ts";
export * from "./agents.ts";
export { ApiError, type Problem } from "./api_error.ts";
export { type Args, call, type Result, type RpcName } from "./call.ts";
export * from "./calls.ts";
export { answerOf, type Client, connect, type ConnectOptions } from "./client.ts";
export * from "./day.ts";
export type { Page } from "./page.ts";
export type { Agent, Call, Drift, Sync, ToolUsage } from "./results.ts";
export * from "./rehearsal.ts";
export * from "./settings.ts";
export * from "./subscribe.ts";
export * from "./visits.ts";
export * from "./wait_for_sync.ts";
export * from "./waitlist.ts";
