/** The table in docs/conversations.md: what ended as it should, by topic and stand-in. */
import { repository } from "../local/migrations.ts";
import type { Result } from "./play.ts";
import { standIns } from "./scenario.ts";

const BEGIN = "<!-- The table is written by `deno task converse --write`. -->\n\n";
const END = "<!-- end of the table -->";

/** One row for each topic; "12" means twelve runs without a failure, "11 of 12" means that one failed. */
function tableOf(results: readonly Result[]): string {
  const rows = [...Map.groupBy(results, ({ scenario }) => scenario.topic)].map(([topic, runs]) => {
    const cells = standIns.map((standIn) => cell(runs.filter((run) => run.standIn === standIn)));
    const scenarios = new Set(runs.map(({ scenario }) => scenario)).size;
    return [topic, scenarios, ...cells];
  });
  const total = standIns.map((standIn) => cell(results.filter((run) => run.standIn === standIn)));
  const scenarios = new Set(results.map(({ scenario }) => scenario)).size;
  return [
    ["topic", "scenarios", ...standIns],
    ["---", "---:", ...standIns.map(() => "---:")],
    ...rows,
    ["**all**", scenarios, ...total],
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(runs: readonly Result[]): string {
  const passed = runs.filter(({ problems }) => problems.length === 0).length;
  return passed === runs.length ? String(passed) : `**${passed} of ${runs.length}**`;
}

/** Puts the table in its place in the page. */
export async function writeTable(results: readonly Result[]): Promise<void> {
  const path = `${repository}docs/conversations.md`;
  const page = await Deno.readTextFile(path);
  const from = page.indexOf(BEGIN) + BEGIN.length;
  const to = page.indexOf(END);
  if (from < BEGIN.length || to < from) throw new Error(`${path} has no place for the table`);
  await Deno.writeTextFile(path, `${page.slice(0, from)}${tableOf(results)}\n\n${page.slice(to)}`);
}
