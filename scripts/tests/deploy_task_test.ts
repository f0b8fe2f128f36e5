/**
 * `deno task deploy` as an operator runs it: the official CLI, migrations on an empty database, and a
 * project that runs nothing but what was uploaded, on the Deno that the hosted runtime is like.
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { z } from "zod";
import { functionSlugs } from "../deploy/check_repository.ts";
import { setVault } from "../deploy/vault.ts";
import { createDatabase } from "../local/database.ts";
import { edgeDeno } from "../check/edge_deno.ts";
import { readMigrations, repository } from "../local/migrations.ts";
import { startPostgres } from "../local/postgres.ts";
import { isLong } from "./support/amount.ts";
import { type Deployment, withDeployment, withFolder } from "./support/deployment.ts";
import { assertRunsOn, assertUploads } from "./support/uploads.ts";
import { withWorld } from "./support/world.ts";

const reportSchema = z.object({
  ok: z.boolean(),
  migrations: z.array(z.string()),
  secrets: z.array(z.string()),
  functions: z.array(z.string()),
  steps: z.array(z.object({ name: z.string(), status: z.string(), detail: z.string() })),
  warnings: z.array(z.string()),
  problems: z.array(z.string()),
});

interface Outcome {
  code: number;
  report: z.infer<typeof reportSchema>;
  /** What it reported to the person watching. */
  said: string;
}

async function deploy({ api, profile, env }: Deployment, args: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", fileURLToPath(new URL("../deploy.ts", import.meta.url)), "--json"],
      ...["--project-ref", api.projectRef, "--profile", profile, ...args],
    ],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  const text = new TextDecoder().decode(stdout);
  assert.ok(text.startsWith("{"), said);
  return { code, report: reportSchema.parse(JSON.parse(text)), said };
}

async function envFile(folder: string, variables: Record<string, string>): Promise<string> {
  const path = `${folder}/.env`;
  const lines = Object.entries(variables).map(([name, value]) => `${name}=\`${value}\`\n`);
  await Deno.writeTextFile(path, lines.join(""));
  return path;
}

/** A database as a new project has it: no migrations. */
async function withEmptyDatabase(
  test: (url: string, sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  const shared = Deno.env.get("LOCAL_POSTGRES");
  const server = shared === undefined ? await startPostgres() : undefined;
  const database = await createDatabase(shared ?? server?.url ?? "", []);
  const sql = postgres(database.url("supabase_admin"), { max: 1, onnotice: () => {} });
  try {
    await test(database.url("postgres"), sql);
  } finally {
    await sql.end();
    await database.drop();
    await server?.close();
  }
}

function hasOnlyRead({ api }: Deployment): boolean {
  return api.requests.every((request) => request.startsWith("GET "));
}

Deno.test("deno task deploy brings a project from nothing to running", async (t) => {
  const uploadsRunOn = await edgeDeno();
  await withFolder(async (folder) => {
    const directory = `${folder}/functions`;
    await Deno.mkdir(directory);
    await withWorld(async (world) => {
      const { stack } = world;
      const secrets = {
        VAPI_PRIVATE_KEY: stack.vapi.key,
        VAPI_BASE_URL: stack.vapi.url,
        VAPI_WEBHOOK_SECRET: stack.webhookSecret,
        BACKEND_URL: "https://backend.example.test/functions/v1",
        RESEND_API_KEY: "re_it's_a_'quote'_and_a_\\n",
        ALERT_EMAIL_FROM: "alerts@example.com",
        GOOGLE_SERVICE_ACCOUNT:
          '{"client_email":"calendar@example.com","private_key":"-----BEGIN KEY-----\\nAA==\\n"}',
      };
      const apiKeys = [
        { name: "service_role", type: "legacy" as const, api_key: "legacy" },
        { name: "default", type: "secret" as const, api_key: stack.secretKey },
      ];
      const migrations = (await readMigrations()).map(({ file }) => file);

      await withEmptyDatabase(async (dbUrl, sql) => {
        await withDeployment(async (project) => {
          const { api } = project;
          const file = await envFile(folder, secrets);
          const target = ["--project-url", stack.apiUrl, "--db-url", dbUrl];

          // scripts/deploy/consent_test.ts and plan_test.ts have the rules.
          if (isLong) {
            await t.step("--dry-run says what it would do and changes nothing", async () => {
              const { code, report, said } = await deploy(project, [
                ...[...target, "--env", file, "--dry-run"],
              ]);
              assert.equal(code, 0, said);
              assert.deepEqual(report.migrations, migrations);
              assert.deepEqual(report.secrets, Object.keys(secrets));
              assert.deepEqual(report.functions, await functionSlugs(repository));
              assert.deepEqual(report.steps, []);
              assert.ok(hasOnlyRead(project), `${api.requests}`);
              const applied = await sql`select from supabase_migrations.schema_migrations`;
              assert.equal(applied.length, 0);
            });

            await t.step("without --yes and a terminal it does not begin", async () => {
              const { code, report } = await deploy(project, [...target, "--env", file]);
              assert.equal(code, 2);
              assert.match(report.problems.join(), /--yes/);
              assert.ok(hasOnlyRead(project), `${api.requests}`);
            });
          }

          await t.step("every step succeeds, and no secret is told", async () => {
            const { code, report, said } = await deploy(project, [
              ...[...target, "--env", file, "--yes"],
            ]);
            assert.equal(code, 0, said);
            assert.deepEqual(report.steps.map(({ name, status }) => `${name}: ${status}`), [
              "Migrations: done",
              "Vault: done",
              "Secrets: done",
              "Functions: done",
              "Answers: done",
              "Worker: done",
              "Configuration: done",
            ]);
            for (
              const secret of [secrets.VAPI_PRIVATE_KEY, secrets.RESEND_API_KEY, stack.secretKey]
            ) {
              assert.ok(!said.includes(secret));
            }
          });

          await t.step("what was set arrived unchanged", async () => {
            assert.deepEqual(Object.fromEntries(api.secrets), secrets);
            const vault = await sql`
              select name, decrypted_secret as value from vault.decrypted_secrets order by name`;
            assert.deepEqual(vault.map(({ name, value }) => [name, value]), [
              ["project_url", stack.apiUrl],
              ["secret_key", stack.secretKey],
            ]);
            const applied = await sql`
              select version || '_' || name || '.sql' as file
              from supabase_migrations.schema_migrations order by version`;
            assert.deepEqual(applied.map((row) => row.file), migrations);
          });

          await t.step(
            "what was uploaded is all functions, each with exactly what it imports",
            () => assertUploads(api.functions),
          );

          await t.step(
            "a saved agent gets its tools from the functions that were uploaded",
            async () => {
              const org = await world.org();
              const { assistantId } = await world.saveAndSync(org);
              const tools = await world.currentTools();
              assert.ok(tools.size > 0);
              assert.deepEqual(world.toolIds(assistantId ?? "").sort(), [...tools.values()].sort());
            },
          );

          // scripts/deploy/apply_test.ts has the rules.
          if (isLong) {
            await t.step(
              "another key reaches the Vault though no migration is pending; where the functions refuse it, 1 is the exit code",
              async () => {
                const wrong = await envFile(folder, { VAULT_SECRET_KEY: "sb_secret_wrong" });
                const { code, report } = await deploy(project, [
                  ...[...target, "--env", wrong, "--yes"],
                ]);
                assert.equal(code, 1);
                assert.deepEqual(report.migrations, []);
                const stepOf = (step: string) => report.steps.find(({ name }) => name === step);
                assert.equal(stepOf("Vault")?.detail, "set secret_key");
                assert.equal(stepOf("Secrets")?.detail, "left as they are");
                assert.equal(stepOf("Worker")?.status, "failed");
                assert.match(
                  stepOf("Worker")?.detail ?? "",
                  /not one of the project's secret keys/,
                );
                assert.equal(stepOf("Configuration")?.status, "skipped");
              },
            );
          }

          await t.step(
            "without a database URL the Vault is set by way of the management API",
            async () => {
              const entries = { project_url: stack.apiUrl, secret_key: "sb_secret_new" };
              assert.deepEqual(await setVault(project.cli, api.projectRef, entries), [
                "secret_key",
              ]);
            },
          );

          if (isLong) {
            await t.step(
              "what was uploaded runs on the Deno of this repository too",
              () => assertRunsOn(Deno.execPath(), directory),
            );
          }
        }, { folder, apiKeys, query: async (statement) => [...await sql.unsafe(statement)] });
      });
    }, { functionsDirectory: directory, uploadsRunOn });
  });
});

// scripts/deploy/environment_test.ts and plan_test.ts have the rules.
Deno.test({
  name: "deno task deploy names everything that prevents it, and changes nothing",
  ignore: !isLong,
  fn: async (t) => {
    await withFolder(async (folder) => {
      const apiKeys = [{ name: "default", type: "secret" as const, api_key: "sb_secret_a" }];
      await withDeployment(async (project) => {
        const noDatabase = ["--db-url", "postgresql://postgres:db-password@127.0.0.1:1/postgres"];
        await t.step("in the environment and in the project, at once", async () => {
          const file = await envFile(folder, {
            VAPI_WEBHOOK_SECRET: "s",
            VAPI_MAX_CONCURRENCY: "many",
            SUPABASE_DB_PASSWORD: "p",
          });
          const { code, report } = await deploy(project, ["--env", file, ...noDatabase, "--yes"]);
          assert.equal(code, 2);
          for (
            const problem of [
              /VAPI_PRIVATE_KEY is missing/,
              /VAPI_MAX_CONCURRENCY must be an integer/,
              /VAPI_WEBHOOK_SECRET must have at least 32 characters/,
              /SUPABASE_DB_PASSWORD cannot be a secret/,
              /db push failed: .*failed to connect/,
            ]
          ) assert.match(report.problems.join("\n"), problem);
          assert.doesNotMatch(report.problems.join("\n"), /db-password/);
        });

        await t.step("a login that the API refuses", async () => {
          const env = { ...project.env, SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` };
          const { code, report } = await deploy({ ...project, env }, ["--yes"]);
          assert.equal(code, 2);
          assert.match(report.problems.join("\n"), /secrets list failed: .*Unauthorized/);
        });

        assert.ok(hasOnlyRead(project), `${project.api.requests}`);
      }, { folder, apiKeys });
    });
  },
});
