/** The README's commands, to be carried out. */
import assert from "node:assert/strict";

export const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));

/** The code block that begins with this text. */
export function block(start: string): string {
  const at = readme.indexOf(`\n${start}`);
  assert.ok(at >= 0, `README.md shows no block that begins with ${start}`);
  return readme.slice(at + 1, readme.indexOf("\n```", at + 1));
}

/** Carries out a curl command as a shell would, as far as the README needs it. */
export async function curl(command: string, variables: Record<string, string>): Promise<Response> {
  const filled = command.replace(/'?\$(\w+)'?/g, (text, name) => {
    const value = variables[name] ?? assert.fail(`README.md uses the unknown variable ${name}`);
    // '$X' inside a quoted body closes and reopens the quotes.
    return text.startsWith("'") ? value : text.endsWith("'") ? `${value}'` : value;
  });
  const url = /curl "([^"]+)"/.exec(filled)?.[1] ?? "";
  const headers = [...filled.matchAll(/-H "([^:]+): ([^"]+)"/g)].map((
    [, name, value],
  ) => [name ?? "", value ?? ""]);
  const body = /-d '(.+)'/s.exec(filled)?.[1] ?? "";
  return await fetch(url, { method: "POST", headers: Object.fromEntries(headers), body });
}
