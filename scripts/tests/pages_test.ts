/** The pages of docs/: their links lead somewhere, and the commands on each reader's front page work as they are. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { weekdayAhead } from "../local/weekday_ahead.ts";
import { repository } from "../local/migrations.ts";
import { seedAgent, seedOrganization } from "../local/seed.ts";
import { shellVariables } from "../local/shell_variables.ts";
import { temporaryDirectory } from "../local/temporary_directory.ts";
import { block, curl } from "./support/readme.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const FRONT_PAGES = ["for-clinics", "for-developers", "for-front-ends", "for-operators"];
const COMMAND_MS = 120_000;

const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  "scripts/local/README.md",
  ...(await Array.fromAsync(Deno.readDir(join(repository, "docs"))))
    .filter(({ name }) => name.endsWith(".md")).map(({ name }) => `docs/${name}`),
];
const read = (page: string) => Deno.readTextFile(join(repository, page));

/** As GitHub makes the address of a heading. */
function anchorOf(heading: string): string {
  return heading.replaceAll(/[`*]|\]\([^)]*\)|\[/g, "").trim().toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
}

async function anchorsOf(page: string): Promise<Set<string>> {
  const text = (await read(page)).replaceAll(/^```[\s\S]*?^```/gm, "");
  return new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? "")));
}

Deno.test("every page links to existing files and headings", async () => {
  const broken: string[] = [];
  for (const page of pages) {
    const text = (await read(page)).replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      const isThere = await Deno.stat(join(repository, target)).then(() => true, () => false);
      const found = isThere && (anchor === undefined || (await anchorsOf(target)).has(anchor));
      if (!found) broken.push(`${page}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("the runbook names, for each alert, the page of the console that the console's own link leads to", async () => {
  const named = new Map<string, string>();
  for (
    const [, kinds = "", page = ""] of (await read("docs/runbook.md")).matchAll(
      /^\| (`.*?) +\| `#\/operator\/(\w+)[^|]*\|$/gm,
    )
  ) {
    for (const [, kind = ""] of kinds.matchAll(/`(\w+)`/g)) named.set(kind, page);
  }
  const linked = new Map<string, string>();
  let kinds: string[] = [];
  for (const line of (await read("console/src/operator/way_out.ts")).split("\n")) {
    const kind = /case "(\w+)":/.exec(line)?.[1];
    const page = /return \{ .*?(?:(jobs)\(|href\("operator", "(\w+)")/.exec(line);
    if (kind !== undefined) kinds.push(kind);
    if (page === null) continue;
    for (const each of kinds) linked.set(each, page[1] ?? page[2] ?? "");
    kinds = [];
  }
  assert.ok(linked.size > 5, "the console's file reads as it did");
  assert.deepEqual(Object.fromEntries(named), Object.fromEntries(linked));
});

Deno.test("README.md leads to the front page of each reader, and each of those to the glossary", async () => {
  const readme = await read("README.md");
  for (const name of FRONT_PAGES) {
    assert.ok(readme.includes(`(docs/${name}.md)`), name);
    const text = await read(`docs/${name}.md`);
    assert.ok(text.includes("ARCHITECTURE.md#one-word-for-each-thing"), name);
  }
});

Deno.test("README.md's requests and the commands on the front pages do what is said, in a shell with what `dev` prints", async (t) => {
  await inWorld(async ({ stack }) => {
    const seed = await seedOrganization(stack);
    await seedAgent(stack, seed);
    const bin = await temporaryDirectory();
    await Deno.symlink(Deno.execPath(), join(bin.path, "deno"));
    const variables = shellVariables(stack, seed);
    const env = {
      ...variables,
      PATH: `${bin.path}:${Deno.env.get("PATH")}`,
    };
    try {
      await t.step("README.md: saving an agent", async () => {
        const response = await curl(block('curl "$FUNCTIONS_URL/agent-save"'), variables);
        const answer = await response.json();
        assert.equal(response.status, 200, JSON.stringify(answer));
        const shown = JSON.parse(block("{\n"));
        assert.deepEqual({ ...answer, agentId: "…", syncId: "…" }, shown);
      });

      await t.step("README.md: booking an appointment", async () => {
        const response = await curl(block('curl "$FUNCTIONS_URL/book-clinic-appointment"'), {
          ...variables,
          DATE: weekdayAhead(7),
        });
        const answer = await response.json();
        assert.equal(answer.toolCallId, "call_1");
        assert.equal(answer.result.success, true, JSON.stringify(answer));
      });

      for (const name of FRONT_PAGES) {
        const text = await read(`docs/${name}.md`);
        for (const [, block = ""] of text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)) {
          await t.step(`${name}: ${block.trim().split("\n")[0]}`, async () => {
            const { code, stdout, stderr } = await new Deno.Command("sh", {
              args: ["-euc", block],
              cwd: repository,
              env,
              stdin: "null",
              signal: AbortSignal.timeout(COMMAND_MS),
            }).output();
            const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join(
              "\n",
            );
            assert.equal(code, 0, said);
          });
        }
      }
    } finally {
      await bin.remove();
    }
  });
});
