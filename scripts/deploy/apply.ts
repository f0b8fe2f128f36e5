/** Carries a plan out, step by step. Each step can be run again: a failed deployment is simply repeated. */

import { z } from "zod";
import { sleep } from "../../shared/retry.ts";
import { unreachable } from "../unreachable.ts";
import { renderEnvFile } from "./env_file.ts";
import { askFunction, type Health } from "./health.ts";
import type { DeployOptions } from "./options.ts";
import type { DeployPlan } from "./plan.ts";
import { withPrivateFile } from "./private_file.ts";
import type { SupabaseCli } from "./supabase_cli.ts";
import { setVault } from "./vault.ts";

export interface StepResult {
  name: string;
  status: "done" | "failed" | "skipped";
  /** What was done, or what went wrong. */
  detail: string;
  ms: number;
}

export interface ApplyDeps {
  cli: SupabaseCli;
  onStart: (step: string) => void;
  onEnd: (result: StepResult) => void;
  /** Waits between looks at functions that do not answer yet; default 1, 2 and 4 s. */
  delaysMs?: readonly number[];
}

interface Step {
  name: string;
  /** Does it and returns what was done. */
  run(): Promise<string>;
}

/** Runs the steps in order; after one that fails, the rest is skipped. */
export async function applyPlan(
  plan: DeployPlan,
  options: DeployOptions,
  deps: ApplyDeps,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const { name, run } of steps(plan, options, deps)) {
    if (results.some(({ status }) => status === "failed")) {
      results.push({ name, status: "skipped", detail: "not reached", ms: 0 });
      continue;
    }
    deps.onStart(name);
    const start = performance.now();
    const [status, detail] = await run().then(
      (done) => ["done", done] as const,
      (error) => ["failed", error instanceof Error ? error.message : String(error)] as const,
    );
    const result: StepResult = { name, status, detail, ms: Math.round(performance.now() - start) };
    results.push(result);
    deps.onEnd(result);
  }
  return results;
}

/** Tables before the functions that use them, secrets before the functions that read them. */
function steps(
  { slugs, migrations, secrets, secretKey }: DeployPlan,
  { projectRef, projectUrl, database }: DeployOptions,
  { cli, delaysMs = [1000, 2000, 4000] }: ApplyDeps,
): Step[] {
  const remote = `--remote=${projectRef}`;
  const functionsUrl = `${projectUrl}/functions/v1`;
  return [{
    name: "Migrations",
    run: async () => {
      if (migrations.length === 0) return "the database is up to date";
      await cli.run(["db", "push", "--skip-vault", `--remote=${database}`]);
      return `applied ${migrations.length}`;
    },
  }, {
    name: "Vault",
    run: async () => {
      const set = await setVault(cli, database, { project_url: projectUrl, secret_key: secretKey });
      return set.length === 0
        ? "project_url and secret_key are as they should be"
        : `set ${set.join(", ")}`;
    },
  }, {
    name: "Secrets",
    run: async () => {
      const names = Object.keys(secrets);
      if (names.length === 0) return "left as they are";
      await withPrivateFile(
        renderEnvFile(secrets),
        (file) => cli.run(["secrets", "set", remote, "--env-file", file]),
      );
      return `set ${names.length}`;
    },
  }, {
    name: "Functions",
    run: async () => {
      await uploadFunctions(cli, projectRef);
      return `deployed ${slugs.length}`;
    },
  }, {
    name: "Answers",
    run: async () => {
      const answers = await Promise.all(
        slugs.map((slug) => healthOf(functionsUrl, slug, delaysMs)),
      );
      const bad = answers.filter(({ ok }) => !ok);
      if (bad.length === 0) return `all ${answers.length} functions run and refuse strangers`;
      throw new Error(bad.map(({ slug, problem }) => `${slug} ${problem}`).join("\n"));
    },
  }, {
    name: "Worker",
    run: () => wakeWorker(functionsUrl, secretKey),
  }, {
    name: "Configuration",
    run: () => countFindings(functionsUrl, secretKey),
  }];
}

/** Uploads every function that has a block in config.toml. `--use-api`: bundled by the platform, not by Docker. */
async function uploadFunctions(cli: SupabaseCli, projectRef: string): Promise<void> {
  await cli.run([
    ...["functions", "deploy", `--remote=${projectRef}`],
    ...["--use-api", "--jobs", "4"],
  ]);
}

/** A function that was just deployed may need some seconds before it answers. */
async function healthOf(
  functionsUrl: string,
  slug: string,
  delaysMs: readonly number[],
): Promise<Health> {
  for (const delay of delaysMs) {
    const health = await askFunction(functionsUrl, slug);
    if (health.ok) return health;
    await sleep(delay);
  }
  return await askFunction(functionsUrl, slug);
}

/** With the key that the Vault now holds, as pg_net and pg_cron do it; a changed catalogue is rolled out at once. */
async function wakeWorker(functionsUrl: string, secretKey: string): Promise<string> {
  await callWithKey(`${functionsUrl}/tool-sync`, secretKey, {});
  return "tool-sync accepts the key that the database uses";
}

const reportSchema = z.object({ summary: z.object({ errors: z.int(), warnings: z.int() }) });

/** Counts what is not as it should be at Vapi. That is not a failure of the deployment: a rollout takes its time. */
async function countFindings(functionsUrl: string, secretKey: string): Promise<string> {
  const report = await callWithKey(`${functionsUrl}/verify-config`, secretKey, {});
  const { errors, warnings } = reportSchema.parse(report).summary;
  if (errors + warnings === 0) return "everything at Vapi is as it should be";
  return `${errors} errors and ${warnings} warnings at Vapi, listed by deno task verify`;
}

async function callWithKey(url: string, secretKey: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { apikey: secretKey, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(150_000),
  }).catch((error) => {
    throw new Error(unreachable(url, error), { cause: error });
  });
  if (response.ok) return await response.json();
  const reason = response.status === 401
    ? "the key in the Vault is not one of the project's secret keys: put one into the env file as VAULT_SECRET_KEY"
    : (await response.text()).slice(0, 300);
  throw new Error(`${url} answers ${response.status} to the database's key: ${reason}`);
}
