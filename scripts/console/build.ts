/** The console as static files: bundled by `deno bundle`, so that imports are resolved as everywhere else. */

import { join } from "node:path";
import { repository } from "../local/migrations.ts";
import { csp, hostHeaders } from "./csp.ts";

export const consoleSource = join(repository, "console");

/** What the page reads when it starts; without it, the page asks for both values and stores them in the browser. */
export interface ConsoleConfig {
  readonly url: string;
  readonly publishableKey: string;
  /** Where the embedded stack's own tools answer; not set elsewhere. */
  readonly stackUrl?: string;
}

/** Writes the page into a folder. With a configuration, it may only connect to that project. */
export async function buildConsole(out: string, config?: ConsoleConfig): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const policy = csp(config?.url);
  const page = await Deno.readTextFile(join(consoleSource, "index.html"));
  await Promise.all([
    bundle(join(consoleSource, "src/main.tsx"), join(out, "console.js")),
    Deno.writeTextFile(join(out, "console.css"), await styles()),
    Deno.writeTextFile(join(out, "index.html"), page.replace("{{csp}}", policy)),
    Deno.writeTextFile(join(out, "_headers"), hostHeaders(policy)),
    Deno.copyFile(join(consoleSource, "icon.svg"), join(out, "icon.svg")),
    config === undefined
      ? Deno.remove(join(out, "config.json")).catch(() => {})
      : Deno.writeTextFile(join(out, "config.json"), JSON.stringify(config)),
  ]);
}

async function bundle(entry: string, out: string): Promise<void> {
  // The bundler writes here: it may outlive us, and would otherwise write where everything has already been removed.
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", "--minify", entry],
    cwd: repository,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`Cannot bundle the console:\n${new TextDecoder().decode(stderr).trim()}`);
  }
  await Deno.writeFile(out, stdout);
}

/** The style sheets in the order of their names, without comments and indentation. */
async function styles(): Promise<string> {
  const folder = join(consoleSource, "style");
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))));
  return texts.join("\n").replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\s*\n\s*/g, "");
}
