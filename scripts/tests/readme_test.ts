/** What the README shows is what happens. */
import assert from "node:assert/strict";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { weekdayAhead } from "../bench/days.ts";
import { seedAgent, seedOrganization } from "../local/seed.ts";
import { shellVariables } from "../local/shell_variables.ts";
import { withWorld } from "./support/world.ts";

const root = new URL("../../", import.meta.url);
const readme = await Deno.readTextFile(new URL("README.md", root));

/** The code block that begins with this text. */
function block(start: string): string {
  const at = readme.indexOf(`\n${start}`);
  assert.ok(at >= 0, `README.md shows no block that begins with ${start}`);
  return readme.slice(at + 1, readme.indexOf("\n```", at + 1));
}

/** Carries out a curl command as a shell would, as far as the README uses one. */
async function curl(command: string, variables: Record<string, string>): Promise<Response> {
  const filled = command.replace(/'?\$(\w+)'?/g, (text, name) => {
    const value = variables[name] ?? assert.fail(`README.md uses the unknown variable ${name}`);
    // '$X' inside a quoted body ends and begins the quotes again.
    return text.startsWith("'") ? value : text.endsWith("'") ? `${value}'` : value;
  });
  const url = /curl "([^"]+)"/.exec(filled)?.[1] ?? "";
  const headers = [...filled.matchAll(/-H "([^:]+): ([^"]+)"/g)].map((
    [, name, value],
  ) => [name ?? "", value ?? ""]);
  const body = /-d '(.+)'/s.exec(filled)?.[1] ?? "";
  return await fetch(url, { method: "POST", headers: Object.fromEntries(headers), body });
}

Deno.test("README.md's examples do what it says on the stack that `dev` starts", async (t) => {
  await withWorld(async ({ stack }) => {
    const seed = await seedOrganization(stack);
    await seedAgent(stack, seed);
    const variables = shellVariables(stack, seed);

    await t.step("saving an agent", async () => {
      const response = await curl(block('curl "$FUNCTIONS_URL/agent-save"'), variables);
      const answer = await response.json();
      assert.equal(response.status, 200, JSON.stringify(answer));
      const shown = JSON.parse(block("{\n"));
      assert.deepEqual({ ...answer, agentId: "…", syncId: "…" }, shown);
    });

    await t.step("booking an appointment", async () => {
      const response = await curl(block('curl "$FUNCTIONS_URL/book-clinic-appointment"'), {
        ...variables,
        DATE: weekdayAhead(7),
      });
      const answer = await response.json();
      assert.equal(answer.toolCallId, "call_1");
      assert.equal(answer.result.success, true, JSON.stringify(answer));
    });
  });
});

Deno.test("README.md shows the demo's output line by line, whatever its times and ids", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo"],
    cwd: root,
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const shape = (text: string) =>
    text.trim()
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
      .replaceAll(/\n {4}\w+ +<id>/g, "")
      .replaceAll(/\d+ of (\d+)/g, (all, n) => all === `${n} of ${n}` ? "<all>" : all)
      .replaceAll(/ +\d+ ms/g, " <time>")
      .replaceAll(/\d{4}-\d{2}-\d{2}(T[\d:+-]+| \d{2}:\d{2})?/g, "<when>")
      .replaceAll(/\w+day, \w+ \d+ at [\d:]+ [AP]M/g, "<when>");
  assert.equal(shape(new TextDecoder().decode(stdout)), shape(block("stack started")));
});

Deno.test("README.md names every function but tools added since, and those that it names with their function", async () => {
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL("functions/", root))) {
    if (isDirectory) folders.push(name);
  }
  const rows = new Map(
    [...readme.matchAll(/^\| `([\w-]+)` +\|.*\| (.*?) *\|$/gm)].map((
      [, slug, does],
    ) => [slug, does]),
  );
  const isTool = (folder: string) => catalogue.some(({ slug }) => slug === folder);
  for (const folder of folders) {
    assert.ok(rows.has(folder) || isTool(folder), `README.md lacks ${folder}`);
  }
  for (const { slug, name } of catalogue) {
    assert.match(rows.get(slug) ?? `\`${name}\``, new RegExp(`\`${name}\``));
  }
});
