/** The parts of docs/data-map.md that tests read. */
import { repository } from "../../local/migrations.ts";

/** What a column may contain about people. */
export type PersonalKind = "phone" | "e-mail" | "name" | "free text";

export interface DataMap {
  /** Kinds by `<table>.<column>`, with the schema if it is not `public`. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Everything written as code: tables, columns, jobs. */
  readonly named: ReadonlySet<string>;
  /** Names in the column `forgotten by`. */
  readonly jobs: readonly string[];
}

export async function readDataMap(): Promise<DataMap> {
  const text = await Deno.readTextFile(`${repository}docs/data-map.md`);
  const [, kept = "", held = ""] = text.split(/^## /m);
  const jobs = rows(kept).flatMap((cells) => names(cells[4] ?? ""));
  const columns = rows(held).map(([column = "", kinds = ""]): [string, string[]] => [
    names(column)[0] ?? "",
    kinds.split(", "),
  ]);
  return {
    columns: new Map(columns.filter(([column]) => column !== "")),
    named: new Set(names(text)),
    jobs: [...new Set(jobs)],
  };
}

/** Cells of each line of a table. */
function rows(section: string): string[][] {
  return section.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** The text between backticks. */
function names(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
}
