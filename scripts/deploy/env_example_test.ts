import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../local/migrations.ts";
import { parseEnvFile } from "./env_file.ts";

/** Variables that shared/env*.ts reads and that the platform does not set itself. */
async function variablesOfCode(): Promise<string[]> {
  const names = new Set<string>();
  for await (const { name } of Deno.readDir(join(repository, "shared/env"))) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(join(repository, "shared/env", name));
    for (const [variable] of text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)) {
      if (!/^(SUPABASE|SB)_/.test(variable)) names.add(variable);
    }
  }
  return [...names].sort();
}

Deno.test(".env.example names every variable that the code reads, and no other", async () => {
  const example = parseEnvFile(await Deno.readTextFile(join(repository, ".env.example")));
  const ofDeployment = ["VAULT_PROJECT_URL", "VAULT_SECRET_KEY"];
  assert.deepEqual(
    Object.keys(example).sort(),
    [...await variablesOfCode(), ...ofDeployment].sort(),
  );
});

Deno.test(".env.example holds no value", async () => {
  const example = parseEnvFile(await Deno.readTextFile(join(repository, ".env.example")));
  assert.deepEqual(Object.values(example).filter((value) => value !== ""), []);
});
