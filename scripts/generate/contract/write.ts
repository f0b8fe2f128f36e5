import type { ContractTable } from "../../../shared/vapi/contract_table.ts";

/** JSON with a line for each shape, so that a new document shows as a readable difference. */
export function writeTable({ source, bodies, shapes }: ContractTable): string {
  const text = JSON.stringify(source);
  return `{"source": ${text}, "bodies": ${lines(bodies)}, "shapes": ${lines(shapes)}}\n`;
}

function lines(entries: Record<string, unknown>): string {
  const each = Object.entries(entries).map(([name, value]) =>
    `${JSON.stringify(name)}: ${JSON.stringify(value)}`
  );
  return `{\n${each.join(",\n")}\n}`;
}
