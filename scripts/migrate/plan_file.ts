/** A dry run's plan in a file, so that exactly what was read and agreed to is then done. */
import { z } from "zod";
import { type DryRunReport, dryRunSchema } from "../../functions/migrate-tools/report.ts";
import { describeDuplicate } from "./describe_duplicates.ts";
import { describeAgent, describeTool } from "./describe_plan.ts";

const planFileSchema = z.object({
  /** The project's URL. */
  url: z.string(),
  plannedAt: z.string(),
  parameters: z.object({
    orgId: z.string().optional(),
    forceUpdate: z.boolean().optional(),
    pruneDuplicates: z.boolean().optional(),
  }),
  plan: dryRunSchema,
});
export type PlanFile = z.infer<typeof planFileSchema>;

export async function writePlan(file: string, plan: PlanFile): Promise<void> {
  try {
    await Deno.writeTextFile(file, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (error) {
    throw new Error(`Cannot write the plan to ${file}: ${reason(error)}`, { cause: error });
  }
}

/** Throws an Error if it is not a plan, or is one for another project. */
export async function readPlan(file: string, url: string): Promise<PlanFile> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    throw new Error(`Cannot read the plan ${file}: ${reason(error)}`, { cause: error });
  }
  let plan: PlanFile;
  try {
    plan = planFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`Cannot use ${file}: --plan-file of this version did not write it`, {
      cause: error,
    });
  }
  if (plan.url !== url) throw new Error(`Cannot apply ${file} to ${url}: it is for ${plan.url}`);
  return plan;
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  return error instanceof Error ? error.message : String(error);
}

/** What would be done now and was not planned, and vice versa, one line each in the plan's words; empty if nothing has changed. */
export function differences(planned: DryRunReport, now: DryRunReport): string[] {
  const [before, after] = [linesOf(planned), linesOf(now)];
  return [
    ...[...before].filter(([key]) => !after.has(key)).map(([, line]) => `- ${line}`),
    ...[...after].filter(([key]) => !before.has(key)).map(([, line]) => `+ ${line}`),
  ];
}

/** Each action of a plan by its whole content; names may change in the meantime. */
function linesOf({ registry, plan, duplicates }: DryRunReport): Map<string, string> {
  return new Map([
    ...registry.map((tool) => [JSON.stringify(tool), describeTool(tool)] as const),
    ...plan.map((agent) => {
      const { orgName: _, agentName: __, ...deed } = agent;
      return [JSON.stringify(deed), describeAgent(agent)] as const;
    }),
    ...(duplicates ?? []).map((each) =>
      [JSON.stringify(each), describeDuplicate(each, { isPlan: true })] as const
    ),
  ]);
}
