/** A database per stack, copied from a migrated template that is made once per server and content. */

import postgres from "postgres";
import { applyMigrations, type Migration } from "./migrations.ts";
import { randomText } from "./keys.ts";

const bootstrapFile = new URL("./bootstrap.sql", import.meta.url);

export type Database = {
  readonly name: string;
  /** URL of a role's connection to it: superuser supabase_admin, postgres or authenticator. */
  url(role: "supabase_admin" | "postgres" | "authenticator"): string;
  /** Ends other connections and removes it. */
  drop(): Promise<void>;
};

/** Makes a database with the bootstrap and the migrations in it; about 50 ms once the template exists. */
export async function createDatabase(
  serverUrl: string,
  migrations: Migration[],
): Promise<Database> {
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    const template = await ensureTemplate(server, serverUrl, migrations);
    const name = `stack_${randomText().slice(0, 12)}`;
    await server.unsafe(`create database ${name} template ${template} owner postgres`);
    await server.unsafe(`alter database ${name} set search_path = "$user", public, extensions`);
    await moveCronJobs(databaseUrl(serverUrl, name, "supabase_admin"));
    return {
      name,
      url: (role) => databaseUrl(serverUrl, name, role),
      drop: () => dropDatabase(serverUrl, name),
    };
  } finally {
    await server.end();
  }
}

/** Whoever holds the lock builds it under another name, so a template that is there is complete. */
async function ensureTemplate(
  server: postgres.Sql,
  serverUrl: string,
  migrations: Migration[],
): Promise<string> {
  const bootstrap = await Deno.readTextFile(bootstrapFile);
  const template = `template_${await digest([bootstrap, ...migrations.map(({ text }) => text)])}`;
  const draft = `draft_${randomText().slice(0, 12)}`;
  await server`select pg_advisory_lock(hashtext('templates'))`;
  try {
    const found = await server`select from pg_database where datname = ${template}`;
    if (found.length > 0) return template;
    await server.unsafe(`create database ${draft} template template0`);
    await bootstrapDatabase(databaseUrl(serverUrl, draft, "supabase_admin"), bootstrap);
    await applyMigrations(databaseUrl(serverUrl, draft, "postgres"), migrations);
    await server.unsafe(`alter database ${draft} rename to ${template}`);
    return template;
  } catch (error) {
    await server.unsafe(`drop database if exists ${draft} with (force)`);
    throw error;
  } finally {
    await server`select pg_advisory_unlock(hashtext('templates'))`;
  }
}

async function bootstrapDatabase(url: string, bootstrap: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(bootstrap);
    const password = new URL(url).password;
    await sql.unsafe(`alter role postgres password '${password}'`);
    await sql.unsafe(`alter role authenticator password '${password}'`);
  } finally {
    await sql.end();
  }
}

/** Scheduled jobs name the database that they were made in; in a copy that is the template. */
async function moveCronJobs(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [{ exists } = { exists: false }] = await sql<{ exists: boolean }[]>`
      select to_regclass('cron.job') is not null as exists`;
    if (exists) await sql`update cron.job set database = current_database()`;
  } finally {
    await sql.end();
  }
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await server.unsafe(`drop database if exists ${name} with (force)`);
  } finally {
    await server.end();
  }
}

function databaseUrl(serverUrl: string, name: string, role: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  url.username = role;
  return url.href;
}

async function digest(texts: string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
