/** How the operator's commands reach a project: its URL and a secret key, from options, a file, or the environment. */
import { parseEnv } from "node:util";
import { envFileOf, type EnvOption, unreadable } from "./env_option.ts";

export interface ConnectionOptions extends EnvOption {
  /** Project URL, e.g. https://abcd.supabase.co. */
  url?: string | undefined;
}

export interface Connection {
  url: string;
  /** Calls an edge function and returns its JSON. Throws an Error with the function's own message. */
  call(path: string, request: { method: string; body?: unknown }): Promise<unknown>;
}

/** Throws an Error that says what is missing and where it is looked for. */
export async function connection(options: ConnectionOptions): Promise<Connection> {
  const file = envFileOf(options);
  const source = file === undefined ? Deno.env.toObject() : await variablesIn(file);
  const url = (options.url || source["SUPABASE_URL"])?.replace(/\/+$/, "") || undefined;
  const key = source["SUPABASE_SECRET_KEY"] || undefined;
  const missing = [
    ...(url === undefined ? ["SUPABASE_URL (or --url)"] : []),
    ...(key === undefined ? ["SUPABASE_SECRET_KEY"] : []),
  ];
  if (url === undefined || key === undefined) {
    throw new Error(
      `Cannot connect: set ${missing.join(" and ")}, in the environment or with --env`,
    );
  }
  return {
    url,
    async call(path, { method, body }) {
      const response = await fetch(`${url}/functions/v1/${path}`, {
        method,
        headers: { apikey: key, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${messageIn(text)}`);
      return JSON.parse(text);
    },
  };
}

/** The file has SUPABASE_URL and SUPABASE_SECRET_KEY, in dotenv form. */
async function variablesIn(file: string): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await Deno.readTextFile(file));
  } catch (error) {
    throw new Error(unreadable(file, error));
  }
}

function messageIn(text: string): string {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return text.slice(0, 500);
  }
}
