import type { AssistantBody } from "./schemas/assistant.ts";
import type { ToolBody } from "./schemas/tool.ts";

/** What the API adds to every resource. Times are ISO 8601 in UTC with milliseconds. */
export interface Stored {
  id: string;
  orgId: string;
  createdAt: string;
  updatedAt: string;
  /** Label of the newest version, "v1" on creation; every change makes the next one. */
  latestVersion: string;
}

/** A tool as `GET /tool/:id` answers it. */
export type ToolRecord = ToolBody & Stored;
export type FunctionToolRecord = Extract<ToolRecord, { type: "function" }>;

/** An assistant as it is kept: `server.secret` is here and in no answer. */
export type AssistantRecord = AssistantBody & Stored;

/** An assistant as `GET /assistant/:id` answers it. */
export type AssistantAnswer = AssistantRecord & { isServerUrlSecretSet: boolean };

/** `server.secret` of an assistant is write-only: read-back tells only that there is one. */
export function assistantAnswer(record: AssistantRecord): AssistantAnswer {
  if (record.server?.secret === undefined) return { ...record, isServerUrlSecretSet: false };
  const { secret: _, ...server } = record.server;
  return { ...record, server, isServerUrlSecretSet: true };
}

/** "v1" → "v2". */
export function nextVersion(version: string): string {
  return `v${Number(version.slice(1)) + 1}`;
}
