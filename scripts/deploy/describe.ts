/** A plan and its steps, described for the person watching. */

import type { StepResult } from "./apply.ts";
import type { DeployOptions } from "./options.ts";
import type { DeployPlan } from "./plan.ts";

/** What will be done, one line each. Never a value of a secret. */
export function describePlan(plan: DeployPlan, options: DeployOptions): string[] {
  const { projectRef, projectUrl } = options;
  return [
    `Project ${projectRef} (${projectUrl}) will get:`,
    ...section("migrations to apply", plan.migrations),
    ...section("Vault entries", ["project_url", "secret_key"]),
    ...section("secrets to set", Object.keys(plan.secrets)),
    ...section("functions", plan.slugs),
  ];
}

export function describeStep({ name, status, detail, ms }: StepResult): string {
  const mark = { done: "✓", failed: "✗", skipped: "-" }[status];
  const lines = detail.replaceAll("\n", "\n    ");
  return `${mark} ${name}: ${lines} (${(ms / 1000).toFixed(1)} s)`;
}

function section(title: string, items: readonly string[]): string[] {
  return [`  ${items.length} ${title}`, ...items.map((item) => `    ${item}`)];
}
