/** The licences of docs/dependencies.md, by package. */

const HEADING = "## Licences";

/** Reads the page's table: `| MIT | a, b |`. A package without a licence is not in the map. */
export function readLicences(page: string): Map<string, string> {
  const [, section = ""] = page.split(`${HEADING}\n`);
  const rows = section.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  return new Map(rows.flatMap((row) => {
    const [licence = "", packages = ""] = row.split("|").slice(1).map((cell) => cell.trim());
    return packages.replaceAll("`", "").split(", ").map((name) => [name, licence] as const);
  }));
}
