/** How the operator's commands reach a project: its URL and a secret key, from options, a file, or the environment. */
import { parseEnv } from "node:util";
import { z } from "zod";
import type { RpcArgs, RpcName } from "../shared/db.ts";
import { unreachable } from "./unreachable.ts";
import { envFileOf, type EnvOption, unreadable } from "./env_option.ts";

export interface ConnectionOptions extends EnvOption {
  /** Project URL, e.g. https://abcd.supabase.co. */
  url?: string | undefined;
}

export interface Connection {
  url: string;
  /** Calls an edge function and returns its JSON. Throws an Error with the function's own message. */
  call(path: string, request: { method: string; body?: unknown }): Promise<unknown>;
  /** Calls an SQL function as the platform. Throws `DatabaseRefusal`. */
  rpc<Name extends RpcName>(name: Name, args: RpcArgs<Name>): Promise<unknown>;
  /** Posts to Supabase Auth as its administrator; returns a refusal like any other answer. */
  auth(path: string, body: unknown): Promise<{ ok: boolean; body: unknown }>;
}

/** The database's own message and code: VT001 to VT010, a SQLSTATE, or PostgREST's. */
export class DatabaseRefusal extends Error {
  override readonly name = "DatabaseRefusal";

  constructor(message: string, readonly code: string | null) {
    super(message);
  }
}

/** Throws an Error that says what is missing and where it was looked for. */
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
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error(
      `Cannot connect to "${url}": --url or SUPABASE_URL is not an http or https URL`,
    );
  }
  const send = async (path: string, { method, body }: { method: string; body?: unknown }) => {
    const response = await fetch(`${url}/${path}`, {
      method,
      headers: { apikey: key, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error) => {
      throw new Error(unreachable(url, error), { cause: error });
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  };
  return {
    url,
    async call(path, request) {
      const { ok, status, text } = await send(`functions/v1/${path}`, request);
      if (!ok) throw new Error(`${path} answered ${status}: ${messageIn(text)}`);
      return JSON.parse(text);
    },
    async rpc(name, args) {
      const { ok, status, text } = await send(`rest/v1/rpc/${name}`, {
        method: "POST",
        body: args,
      });
      if (!ok) {
        throw new DatabaseRefusal(`${name} answered ${status}: ${messageIn(text)}`, codeIn(text));
      }
      return JSON.parse(text);
    },
    async auth(path, body) {
      const { ok, text } = await send(`auth/v1/${path}`, { method: "POST", body });
      return { ok, body: JSON.parse(text) };
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

/** Of a function's refusal, or of PostgREST's. */
const refusalSchema = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

const codeSchema = z.object({ code: z.string() });

function codeIn(text: string): string | null {
  try {
    return codeSchema.parse(JSON.parse(text)).code;
  } catch {
    return null;
  }
}

function messageIn(text: string): string {
  try {
    return refusalSchema.parse(JSON.parse(text));
  } catch {
    return text.slice(0, 500);
  }
}
