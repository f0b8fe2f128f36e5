/** Calls with what the tools did in them, without transcript and number. */
import * as z from "zod/mini";
import { answerOf, type Client } from "./client.ts";
import type { DayRange } from "./day.ts";
import { type Page, rangeOf } from "./page.ts";
import { type Call, callSchema, type ToolUsage, toolUsageSchema } from "./results.ts";

/** The newest first; with a range, those that came within it. */
export async function listCalls(
  client: Client,
  orgId: string,
  { range, ...page }: Page & { range?: DayRange } = {},
): Promise<Call[]> {
  let query = client.from("call_log").select().eq("org_id", orgId);
  if (range !== undefined) {
    query = query.gte("created_at", range.from).lt("created_at", range.until);
  }
  const rows = await answerOf(
    query.order("created_at", { ascending: false }).order("call_id").range(...rangeOf(page)),
  );
  return z.array(callSchema).parse(rows);
}

/** How often each tool was called, by day and outcome, the latest day first. */
export async function toolUsage(
  client: Client,
  orgId: string,
  page?: Page,
): Promise<ToolUsage[]> {
  const rows = await answerOf(
    client.from("org_tool_usage").select().eq("org_id", orgId)
      .order("day", { ascending: false }).order("tool").order("outcome").range(...rangeOf(page)),
  );
  return z.array(toolUsageSchema).parse(rows);
}
