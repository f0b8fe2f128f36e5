/**
 * What a migration reports: the progress of a run, and the plan of a dry run. The CLI parses the function's answers with these
 * schemas.
 */
import { z } from "zod";

const count = z.int().nonnegative();

const failureSchema = z.object({
  orgId: z.uuid(),
  orgName: z.string(),
  agentId: z.uuid(),
  agentName: z.string(),
  code: z.string(),
  message: z.string(),
  /** When the queue tries again by itself; null if it has given up. */
  nextAttemptAt: z.string().nullable(),
});

const duplicateSchema = z.object({
  name: z.string(),
  vapiToolId: z.string(),
  url: z.string().nullable(),
  /** Assistants that carry the tool. */
  references: count,
  isPrunable: z.boolean(),
  isPruned: z.boolean(),
});

const totalsShape = {
  organizations: z.object({ processed: count, withAssistants: count }),
  agents: z.object({ total: count, migrated: count, unchanged: count, failed: count }),
  tools: z.object({ created: count, replaced: count, adopted: count, retired: count }),
  /** Percent of the agents settled so far; null before the first. */
  successRate: z.number().nullable(),
};

const listsShape = {
  failures: z.array(failureSchema),
  perOrganization: z.array(z.object({
    orgId: z.uuid(),
    name: z.string(),
    agents: count,
    migrated: count,
    unchanged: count,
    failed: count,
  })),
  /** Null until they have been looked for. */
  duplicates: z.array(duplicateSchema).nullable(),
};

export const summarySchema = z.object({
  runId: z.uuid(),
  dryRun: z.literal(false),
  status: z.enum(["running", "done"]),
  orgId: z.uuid().nullable(),
  forceUpdate: z.boolean(),
  pruneDuplicates: z.boolean(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  seconds: z.number(),
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  ...totalsShape,
});
export type RunSummary = z.infer<typeof summarySchema>;

export const reportSchema = summarySchema.extend({
  ...listsShape,
  /** Hand-made tools that ours replaced, by agent. */
  replacements: z.array(z.object({
    orgId: z.uuid(),
    agentId: z.uuid(),
    tools: z.array(z.object({ name: z.string(), from: z.enum(["toolIds", "tools"]) }).loose()),
  })),
});
export type RunReport = z.infer<typeof reportSchema>;

const toolRefSchema = z.object({ name: z.string().nullable(), vapiToolId: z.string() });

export const scopedAgentSchema = z.object({
  orgId: z.uuid(),
  orgName: z.string(),
  agentId: z.uuid(),
  agentName: z.string(),
  assistantId: z.string(),
});
/** Agents that have an assistant. */
export type ScopedAgent = z.infer<typeof scopedAgentSchema>;

const plannedAgentSchema = scopedAgentSchema.extend({
  /** False for an agent of another organization, which is relinked because a tool is replaced. */
  isInScope: z.boolean(),
  action: z.enum(["create", "update", "none", "fail"]),
  /** Why it would fail; null if it would not. */
  reason: z.string().nullable(),
  tools: z.object({
    link: z.array(z.string()),
    unlink: z.array(toolRefSchema),
    /** Hand-made tools that ours replace; an inline one has no id. */
    replace: z.array(z.object({ name: z.string(), vapiToolId: z.string().nullable() })),
    /** Other people's tools, which stay. */
    foreign: z.array(toolRefSchema),
  }),
  /** Settings that were changed in the console and have not reached Vapi. */
  settings: z.array(z.string()),
});
export type PlannedAgent = z.infer<typeof plannedAgentSchema>;

export const dryRunSchema = z.object({
  runId: z.null(),
  dryRun: z.literal(true),
  status: z.literal("done"),
  ...totalsShape,
  ...listsShape,
  registry: z.array(z.object({
    name: z.string(),
    action: z.enum(["keep", "create", "replace", "adopt", "update"]),
    vapiToolId: z.string().nullable(),
    replaces: z.string().nullable(),
  })),
  plan: z.array(plannedAgentSchema),
  /** Requests that the real run would make. Writes are exact; reads depend on how the work falls into batches. */
  vapiCalls: z.object({ get: count, post: count, patch: count, delete: count }),
});
export type DryRunReport = z.infer<typeof dryRunSchema>;

/** Percent of agents that succeeded, to one decimal; 100 for none. */
export function successRate({ total, failed }: { total: number; failed: number }): number {
  return total === 0 ? 100 : Math.round((total - failed) / total * 1000) / 10;
}

/** Progress of a rollback. */
export const rollbackReportSchema = z.object({
  runId: z.uuid(),
  status: z.enum(["running", "done"]),
  agents: z.object({ total: z.int(), restored: z.int(), left: z.int(), failed: z.int() }),
  left: z.array(z.object({
    orgId: z.guid(),
    orgName: z.string(),
    agentId: z.guid(),
    agentName: z.string(),
    reason: z.string(),
    message: z.string(),
  })),
});
export type RollbackReport = z.infer<typeof rollbackReportSchema>;
