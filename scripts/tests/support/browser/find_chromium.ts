/**
 * A Chromium to test with: the one from npm, or else an installed one. Either may lack libraries that the machine has to provide, so each
 * is tried.
 */

import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { exists } from "../../../exists.ts";
import { cacheDirectory } from "../../../local/cache_dir.ts";
import { npmPackage } from "../../../local/npm_package.ts";

const chromiumVersion = "153.0.0";

export interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const installed: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The first that runs, or else why none does. */
export async function findChromium(): Promise<Program | { readonly missing: string }> {
  const problems: string[] = [];
  for (const candidate of [...fromEnv(), ...await fromNpm(problems), ...installed.map(plain)]) {
    const problem = await tryOut(candidate);
    if (problem === undefined) return candidate;
    problems.push(problem);
  }
  return { missing: problems.join("; ") };
}

function plain(path: string): Program {
  return { path, env: {} };
}

/** `CHROME_PATH` names one of one's own. */
function fromEnv(): Program[] {
  const path = Deno.env.get("CHROME_PATH");
  return path === undefined ? [] : [plain(path)];
}

/** With the machine's libraries, and with those that the package brings for machines without. */
async function fromNpm(problems: string[]): Promise<Program[]> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return [];
  try {
    const folder = await npmPackage({
      name: "@sparticuz/chromium",
      version: chromiumVersion,
      what: "Chromium (67 MB)",
    });
    const home = await unpacked(join(folder, "bin"));
    const path = join(home, "chromium");
    const fonts = await hasFonts() ? {} : { FONTCONFIG_PATH: join(home, "fonts") };
    const libraries = join(home, "al2023", "lib");
    return [{ path, env: fonts }, { path, env: { ...fonts, LD_LIBRARY_PATH: libraries } }];
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return [];
  }
}

/** Unpacks the package once, next to the prepared copy of Postgres. */
async function unpacked(bin: string): Promise<string> {
  const home = join(await cacheDirectory(), `chromium-${chromiumVersion}`);
  if (await exists(home)) return home;
  const fresh = `${home}-${crypto.randomUUID()}`;
  await Deno.mkdir(fresh);
  const chromium = brotliDecompressSync(await Deno.readFile(join(bin, "chromium.br")));
  await Deno.writeFile(join(fresh, "chromium"), chromium, { mode: 0o755 });
  for (const name of ["al2023", "fonts"]) {
    const archive = join(fresh, `${name}.tar`);
    await Deno.writeFile(
      archive,
      brotliDecompressSync(await Deno.readFile(join(bin, `${name}.tar.br`))),
    );
    await Deno.mkdir(join(fresh, name));
    await output("tar", [
      "-xf",
      archive,
      "-C",
      join(fresh, name),
      ...(name === "fonts" ? ["--strip-components=1"] : []),
    ]);
    await Deno.remove(archive);
  }
  try {
    await Deno.rename(fresh, home);
  } catch {
    // Another run was faster.
    await Deno.remove(fresh, { recursive: true });
  }
  return home;
}

async function hasFonts(): Promise<boolean> {
  return await exists("/usr/share/fonts") || await exists("/usr/local/share/fonts");
}

/** Why a program does not run here; undefined if it does. */
async function tryOut({ path, env }: Program): Promise<string | undefined> {
  try {
    await output(path, ["--version"], env);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function output(
  program: string,
  args: string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args,
    env,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  throw new Error(`Cannot run ${program}: ${said}`);
}
