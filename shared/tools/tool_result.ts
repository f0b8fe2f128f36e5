import { z } from "zod";
import { isJsonObject } from "../json.ts";
import type { ToolResult } from "../vapi/responses.ts";

/** What a tool's SQL function returns: `{success, message, …}`. */
export const toolResultSchema: z.ZodType<ToolResult> = z.custom<ToolResult>(
  (value) =>
    isJsonObject(value) && typeof value.success === "boolean" && typeof value.message === "string",
  "The database's answer is not a tool's result",
);
