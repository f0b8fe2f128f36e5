/** The functions on the level of Deno that Supabase's edge runtime offers. */

import { join, relative } from "node:path";
import { edgeDeno } from "./edge_deno.ts";
import { repository } from "../local/migrations.ts";
import { temporaryDirectory } from "../local/temporary_directory.ts";
import { writeGroup } from "../test/write_group.ts";
import { command } from "./command.ts";
import type { Outcome } from "./run_steps.ts";

const env = {
  DENO_NO_UPDATE_CHECK: "1",
  // Also behind a proxy with a certificate of its own.
  DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system",
};

/** Type-checks what is deployed. The lock file has a newer format than this Deno knows. */
export async function checkTypes(): Promise<Outcome> {
  const files = (await sources()).filter((file) => !file.endsWith("_test.ts"));
  return await command([await edgeDeno(), "check", "--quiet", "--no-lock", ...files], {
    env,
    repair: "Functions and shared/ may use what Deno 2.1 offers, and no more.",
  });
}

/** Runs the unit tests that need nothing from scripts/ but helpers for unit tests, so that shared code really runs there. */
export async function runUnitTests(): Promise<Outcome> {
  const files: string[] = [];
  for (const file of await sources()) {
    if (file.endsWith("_test.ts") && !await needsScripts(file)) files.push(file);
  }
  const folder = await temporaryDirectory();
  try {
    // One process for all: loading what each needs takes longer than its tests.
    const module = await writeGroup(folder.path, { name: "unit tests", paths: files });
    const outcome = await command(
      [
        await edgeDeno(),
        ...["test", "-A", "--quiet", "--no-check", "--no-lock", "--reporter=dot"],
        `--config=${join(repository, "deno.json")}`,
        module,
      ],
      { env, repair: "Functions and shared/ may use what Deno 2.1 offers, and no more." },
    );
    // A passed test is a line with a dot: a report is about failures.
    return { ...outcome, report: outcome.report.replace(/^(\.\n)+\s*/, "") };
  } finally {
    await folder.remove();
  }
}

async function needsScripts(file: string): Promise<boolean> {
  return /from "(\.\.\/)+scripts\/(?!tests\/support\/unit\/)/.test(
    await Deno.readTextFile(join(repository, file)),
  );
}

async function sources(): Promise<string[]> {
  const files = [
    ...await filesUnder(join(repository, "functions")),
    ...await filesUnder(join(repository, "shared")),
  ];
  return files.filter((file) => file.endsWith(".ts")).map((file) => relative(repository, file))
    .sort();
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const nested = entries.map(({ name, isDirectory }) => {
    const path = join(directory, name);
    return isDirectory ? filesUnder(path) : [path];
  });
  return (await Promise.all(nested)).flat();
}
