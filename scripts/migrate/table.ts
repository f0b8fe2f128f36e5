/** Rows in columns that are as wide as their widest cell; cells that are all numbers are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const isNumeric = head.map((_, column) =>
    rows.length > 0 && rows.every((row) => /^[\d.]*$/.test(row[column] ?? ""))
  );
  const line = (cells: readonly string[]) =>
    widths.map((width, column) => {
      const cell = cells[column] ?? "";
      return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)]
    .join("\n");
}
