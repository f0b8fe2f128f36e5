/**
 * Deploys for real: the official CLI against a stand-in of Supabase's management API, the functions from
 * nothing but what it uploaded, the migrations on a real Postgres.
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { z } from "zod";
import { moduleGraph } from "../check/functions/module_graph.ts";
import { uploadFunctions } from "../deploy/apply.ts";
import { functionSlugs } from "../deploy/check_repository.ts";
import { askFunction } from "../deploy/health.ts";
import { supabaseCli } from "../deploy/supabase_cli.ts";
import { createDatabase } from "../local/database.ts";
import { edgeDeno, edgeDenoVersion } from "../local/management_api/edge_deno.ts";
import {
  type HostedFunctions,
  serveHostedFunctions,
} from "../local/management_api/hosted_functions.ts";
import { type ManagementApi, startManagementApi } from "../local/management_api/mod.ts";
import { readMigrations, repository } from "../local/migrations.ts";
import { startPostgres } from "../local/postgres.ts";

const decoder = new TextDecoder();
const secretKey = "sb_secret_0123456789abcdef";
const secrets = {
  VAPI_PRIVATE_KEY: "vapi-private-key",
  VAPI_WEBHOOK_SECRET: "it's a secret with a 'quote' and a \\n",
  GOOGLE_SERVICE_ACCOUNT:
    '{"client_email":"calendar@example.com","private_key":"-----BEGIN KEY-----\\nAA==\\n"}',
};

/** What the CLI needs so that it neither looks for a login of this user's nor tells anybody. */
function cliEnv(api: ManagementApi, home: string): Record<string, string> {
  return {
    SUPABASE_ACCESS_TOKEN: api.accessToken,
    SUPABASE_HOME: home,
    SUPABASE_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  };
}

interface Hosted {
  api: ManagementApi;
  functions: HostedFunctions;
  folder: string;
  profile: string;
}

async function withProject(
  test: (project: Hosted) => Promise<void>,
  { deno = Deno.execPath() }: { deno?: string } = {},
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "deploy-test-" }));
  const api = startManagementApi({
    apiKeys: [
      { name: "anon", type: "legacy", api_key: "legacy" },
      { name: "default", type: "secret", api_key: secretKey },
    ],
  });
  const functions = serveHostedFunctions({
    folder: `${folder}/functions`,
    deno,
    upload: (slug) => api.functions.get(slug),
    secrets: () => Object.fromEntries(api.secrets),
    secretKeys: { default: secretKey },
  });
  try {
    await test({ api, functions, folder, profile: await api.writeProfile(folder) });
  } finally {
    await functions.close();
    await api.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function upload({ api, folder, profile }: Hosted): Promise<void> {
  const cli = await supabaseCli({ root: repository, profile, env: cliEnv(api, folder) });
  await uploadFunctions(cli, api.projectRef);
}

async function withDatabase(test: (url: string) => Promise<void>): Promise<void> {
  const shared = Deno.env.get("LOCAL_POSTGRES");
  const server = shared === undefined ? await startPostgres() : undefined;
  const database = await createDatabase(shared ?? server?.url ?? "", []);
  try {
    await test(database.url("postgres"));
  } finally {
    await database.drop();
    await server?.close();
  }
}

Deno.test("the official CLI uploads exactly what each function imports", async () => {
  await withProject(async (project) => {
    await upload(project);
    const slugs = await functionSlugs(repository);
    assert.deepEqual([...project.api.functions.keys()].sort(), slugs);
    for (const slug of slugs) {
      const uploaded = project.api.functions.get(slug);
      const imported = await moduleGraph(`functions/${slug}/index.ts`, repository);
      assert.deepEqual(
        [...uploaded?.files.keys() ?? []].sort(),
        ["deno.json", ...imported.map(({ path }) => path)].sort(),
        slug,
      );
      assert.equal(uploaded?.metadata.verify_jwt, false, slug);
      assert.equal(uploaded?.metadata.entrypoint_path, `functions/${slug}/index.ts`);
    }
  });
});

for (const level of ["pinned", edgeDenoVersion]) {
  Deno.test(`each function starts from its uploaded files alone and answers, Deno ${level}`, async () => {
    const deno = level === "pinned" ? Deno.execPath() : await edgeDeno();
    await withProject(async (project) => {
      await upload(project);
      for (const [name, value] of Object.entries(secrets)) project.api.secrets.set(name, value);
      const url = `${project.functions.url}/functions/v1`;
      for (const slug of await functionSlugs(repository)) {
        const health = await askFunction(url, slug);
        assert.ok(health.ok, `${slug} ${health.problem}\n${project.functions.lines.join("\n")}`);
      }
    }, { deno });
  });
}

Deno.test(`every function passes the type checker of Deno ${edgeDenoVersion}`, async () => {
  const entries = (await functionSlugs(repository)).map((slug) => `functions/${slug}/index.ts`);
  const { success, stderr } = await new Deno.Command(await edgeDeno(), {
    args: ["check", "--quiet", "--no-lock", ...entries],
    cwd: repository,
    env: { NO_COLOR: "1", DENO_TLS_CA_STORE: "system,mozilla" },
    stdin: "null",
  }).output();
  assert.ok(success, decoder.decode(stderr));
});

const reportSchema = z.object({
  ok: z.boolean(),
  migrations: z.array(z.string()),
  secrets: z.array(z.string()),
  functions: z.array(z.string()),
  steps: z.array(z.object({ name: z.string(), status: z.string(), detail: z.string() })),
  warnings: z.array(z.string()),
  problems: z.array(z.string()),
});

async function deploy(
  { api, functions, folder, profile }: Hosted,
  args: string[],
): Promise<{ code: number; report: z.infer<typeof reportSchema>; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", fileURLToPath(new URL("../deploy.ts", import.meta.url)), "--json"],
      ...["--project-ref", api.projectRef, "--project-url", functions.url, "--profile", profile],
      ...args,
    ],
    env: { ...cliEnv(api, folder), NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const said = decoder.decode(stderr);
  const text = decoder.decode(stdout);
  assert.ok(text.startsWith("{"), said);
  return { code, report: reportSchema.parse(JSON.parse(text)), said };
}

function envFile(folder: string, variables: Record<string, string>): string {
  const path = `${folder}/.env`;
  const lines = Object.entries(variables).map(([name, value]) => `${name}=\`${value}\`\n`);
  Deno.writeTextFileSync(path, lines.join(""));
  return path;
}

Deno.test("deno task deploy brings migrations, Vault, secrets and functions to a project", async (t) => {
  await withDatabase(async (dbUrl) => {
    await withProject(async (project) => {
      const { api, folder } = project;
      const args = ["--db-url", dbUrl, "--env-file", envFile(folder, secrets)];
      const migrations = (await readMigrations()).map(({ file }) => file);
      const sql = postgres(dbUrl, { max: 1, onnotice: () => {} });
      try {
        await t.step("--dry-run says what it would do and changes nothing", async () => {
          const { code, report } = await deploy(project, [...args, "--dry-run"]);
          assert.equal(code, 0);
          assert.deepEqual(report.migrations, migrations);
          assert.deepEqual(report.secrets, Object.keys(secrets));
          assert.deepEqual(report.functions, await functionSlugs(repository));
          assert.deepEqual(report.steps, []);
          assert.ok(api.requests.every((request) => request.startsWith("GET ")), `${api.requests}`);
          const applied = await sql`select from supabase_migrations.schema_migrations`;
          assert.equal(applied.length, 0);
        });

        await t.step("without --yes and a terminal it does not begin", async () => {
          const { code, report } = await deploy(project, args);
          assert.equal(code, 2);
          assert.match(report.problems.join(), /--yes/);
          assert.equal(api.functions.size, 0);
        });

        await t.step("all steps succeed", async () => {
          const { code, report, said } = await deploy(project, [...args, "--yes"]);
          assert.equal(code, 0, said);
          assert.deepEqual(report.steps.map(({ name, status }) => `${name}: ${status}`), [
            "Migrations: done",
            "Vault: done",
            "Secrets: done",
            "Functions: done",
            "Answers: done",
            "Worker: done",
          ]);
          for (const value of Object.values(secrets)) assert.ok(!said.includes(value));
        });

        await t.step("what was set arrived unchanged", async () => {
          assert.deepEqual(Object.fromEntries(api.secrets), secrets);
          const vault = await sql`
            select name, decrypted_secret from vault.decrypted_secrets order by name`.values();
          assert.deepEqual([...vault], [
            ["project_url", project.functions.url],
            ["secret_key", secretKey],
          ]);
          const applied = await sql`
            select version || '_' || name || '.sql' as file
            from supabase_migrations.schema_migrations order by version`;
          assert.deepEqual(applied.map(({ file }) => file), migrations);
        });

        await t.step("a rotated key reaches the Vault though no migration is pending", async () => {
          await sql`
            select vault.update_secret(id, 'sb_secret_old') from vault.secrets where name = 'secret_key'`;
          const { code, report } = await deploy(project, ["--db-url", dbUrl, "--yes"]);
          assert.equal(code, 0);
          assert.deepEqual(report.migrations, []);
          assert.equal(report.steps.find(({ name }) => name === "Vault")?.detail, "set secret_key");
          assert.equal(
            report.steps.find(({ name }) => name === "Secrets")?.detail,
            "left as they are",
          );
        });

        await t.step("a key that the functions refuse ends with exit code 1", async () => {
          const wrong = envFile(folder, { ...secrets, VAULT_SECRET_KEY: "sb_secret_wrong" });
          const { code, report } = await deploy(project, [
            ...["--db-url", dbUrl, "--env-file", wrong, "--yes"],
          ]);
          assert.equal(code, 1);
          const last = report.steps.at(-1);
          assert.deepEqual([last?.name, last?.status], ["Worker", "failed"]);
          assert.match(last?.detail ?? "", /not one of the project's secret keys/);
        });
      } finally {
        await sql.end();
      }
    });
  });
});

Deno.test("deno task deploy refuses what cannot work, and changes nothing", async (t) => {
  await withProject(async (project) => {
    const { api, folder } = project;
    const unreachable = ["--db-url", "postgresql://postgres:db-password@127.0.0.1:1/postgres"];

    await t.step("everything wrong with the environment is named at once", async () => {
      const file = envFile(folder, {
        VAPI_WEBHOOK_SECRET: "s",
        VAPI_MAX_CONCURRENCY: "many",
        SUPABASE_DB_PASSWORD: "p",
      });
      const { code, report } = await deploy(project, ["--env-file", file, ...unreachable, "--yes"]);
      assert.equal(code, 2);
      for (
        const problem of [
          /VAPI_PRIVATE_KEY is missing/,
          /VAPI_MAX_CONCURRENCY must be an integer/,
          /SUPABASE_DB_PASSWORD cannot be a secret/,
          /db push failed: .*failed to connect/,
        ]
      ) assert.match(report.problems.join("\n"), problem);
      assert.doesNotMatch(report.problems.join("\n"), /db-password/);
    });

    await t.step("an env file that isn't there", async () => {
      const { code, report } = await deploy(project, ["--env-file", `${folder}/none`, "--yes"]);
      assert.equal(code, 2);
      assert.match(report.problems.join("\n"), /Cannot read the env file .*none/);
    });

    assert.ok(api.requests.every((request) => request.startsWith("GET ")), `${api.requests}`);
  });
});
