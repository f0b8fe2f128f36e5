import type { ContractTable } from "../../../shared/vapi/contract_table.ts";

/** JSON with a line for each shape, so that a new document shows as a readable difference. */
export function writeTable({ source, shapes }: ContractTable): string {
  const lines = Object.entries(shapes).map(([name, shape]) =>
    `${JSON.stringify(name)}: ${JSON.stringify(shape)}`
  );
  return `{"source": ${JSON.stringify(source)}, "shapes": {\n${lines.join(",\n")}\n}}\n`;
}
