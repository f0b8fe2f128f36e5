/**
 * Renders `{{ path.to.value }}` in every string of a value, which is the part of Liquid that static parameters use. A path that leads
 * nowhere renders as "", filters are not supported.
 */
export function renderLiquid(value: unknown, variables: Record<string, unknown>): unknown {
  if (typeof value === "string") return renderText(value, variables);
  if (Array.isArray(value)) return value.map((item) => renderLiquid(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderLiquid(item, variables)]),
  );
}

function renderText(text: string, variables: Record<string, unknown>): string {
  return text.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => {
    const found = path.split(".").reduce(property, variables);
    return typeof found === "object" ? JSON.stringify(found) ?? "" : String(found ?? "");
  });
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Reflect.get(value, key);
}
