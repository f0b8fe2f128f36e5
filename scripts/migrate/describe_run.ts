/** The report of a run, for people. */
import type { RunReport } from "../../functions/migrate-tools/report.ts";
import { describeDuplicates } from "./describe_duplicates.ts";
import { table } from "./table.ts";

/** More would push the totals off the screen; `--json` lists all. */
const MAX_ROWS = 40;

export function describeRun(report: RunReport): string {
  const { organizations, agents, tools, seconds, problem, status } = report;
  const sections = [
    ...(report.perOrganization.length > 0 ? [perOrganization(report)] : []),
    ...(report.failures.length > 0 ? [failures(report)] : []),
    ...replacements(report),
    ...describeDuplicates(report.duplicates ?? [], { isPlan: false }),
    [
      `Organizations  ${organizations.processed} processed, ${organizations.withAssistants} with assistants`,
      `Agents         ${agents.migrated} migrated, ${agents.unchanged} in step already, ${agents.failed} failed, of ${agents.total}`,
      `Tools          ${tools.created} created, ${tools.replaced} replaced, ${tools.adopted} adopted, ${tools.retired} retired`,
      `Success rate   ${report.successRate ?? "–"} %   ${seconds} s   run ${report.runId}${
        status === "running" ? ", still running" : ""
      }`,
    ].join("\n"),
    ...(problem === null ? [] : [`Problem: ${problem.message}`]),
  ];
  return sections.join("\n\n");
}

function perOrganization({ perOrganization: rows }: RunReport): string {
  const shown = rows.slice(0, MAX_ROWS).map((row) => [
    row.name,
    ...[row.agents, row.migrated, row.unchanged, row.failed].map(String),
  ]);
  const more = rows.length - shown.length;
  return table(["organization", "agents", "migrated", "in step", "failed"], shown) +
    (more > 0 ? `\n… and ${more} more (--json has all)` : "");
}

function failures({ failures, agents }: RunReport): string {
  const lines = failures.slice(0, MAX_ROWS).map((failure) => {
    const next = failure.nextAttemptAt === null
      ? "given up; run the command again when it is fixed"
      : `tried again by itself at ${
        timeOf(failure.nextAttemptAt)
      }, or at once by running the command again`;
    return `✗ ${failure.orgName} / ${failure.agentName} (${failure.agentId})\n    ${failure.message}\n    ${next}`;
  });
  const more = agents.failed - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more failed`] : [])].join("\n");
}

function replacements({ replacements }: RunReport): string[] {
  const tools = replacements.flatMap(({ tools }) => tools);
  if (tools.length === 0) return [];
  const inline = tools.filter(({ from }) => from === "tools").length;
  return [
    `${tools.length} hand-made tools were replaced by ours of the same name on ${replacements.length} assistants` +
    (inline > 0
      ? `; the definitions of ${inline} inline ones are kept in the report (--json)`
      : ""),
  ];
}

function timeOf(timestamp: string): string {
  return new Date(timestamp).toTimeString().slice(0, 8);
}
