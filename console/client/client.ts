/**
 * How every front end reaches a project: the necessary parts of supabase-js, combined as it does, and one kind of error. Its storage, and
 * everything in its Realtime but broadcasts, would be a quarter of the console.
 */
import { GoTrueClient } from "@supabase/auth-js";
import { PostgrestClient, type PostgrestError } from "@supabase/postgrest-js";
import type { Database } from "../../shared/database_types.ts";
import { fromDatabase } from "./api_error.ts";
import { createLive, type Live } from "./live.ts";

export interface ConnectOptions {
  /** Whether a session is kept in the browser and renewed automatically; otherwise it lasts as long as the client. */
  keepsSession?: boolean;
  /** A token from elsewhere, instead of a session. */
  accessToken?: () => Promise<string>;
  /** Whether a read without an answer is repeated. */
  retry?: boolean;
  /** How long to wait before reconnecting, by the number of attempts. */
  reconnectMs?: (tries: number) => number;
}

/** A project, as the signed-in person sees it: `from(table)`, `rpc(name)`, `auth`, `live`. */
export class Client extends PostgrestClient<Database> {
  readonly auth: GoTrueClient;
  readonly live: Live;
  readonly #functionsUrl: URL;
  readonly #ask: typeof fetch;

  /** `publishableKey`: never a secret one, with which browsers are refused. */
  constructor(url: string, publishableKey: string, options: ConnectOptions = {}) {
    const project = new URL(url.replace(/\/*$/, "/"));
    const ask: typeof fetch = async (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set("apikey", publishableKey);
      headers.set("authorization", `Bearer ${await token()}`);
      return await fetch(input, { ...init, headers });
    };
    super(new URL("rest/v1", project).href, {
      fetch: ask,
      ...(options.retry !== undefined && { retry: options.retry }),
    });
    const keepsSession = options.keepsSession ?? true;
    const auth = new GoTrueClient({
      url: new URL("auth/v1", project).href,
      // Spelled as in auth-js, which replaces it with the session's token.
      headers: { apikey: publishableKey, Authorization: `Bearer ${publishableKey}` },
      // Where supabase-js keeps it.
      storageKey: `sb-${project.hostname.split(".")[0]}-auth-token`,
      persistSession: keepsSession,
      autoRefreshToken: keepsSession,
      detectSessionInUrl: keepsSession,
      flowType: "implicit",
    });
    const token = async (): Promise<string> =>
      await options.accessToken?.() ??
        (await auth.getSession()).data.session?.access_token ??
        publishableKey;
    this.auth = auth;
    this.live = createLive({
      url: new URL("realtime/v1", project),
      apiKey: publishableKey,
      token,
      ...(options.reconnectMs && { reconnectMs: options.reconnectMs }),
    });
    auth.onAuthStateChange((_, session) => this.live.useToken(session?.access_token));
    this.#functionsUrl = new URL("functions/v1/", project);
    this.#ask = ask;
  }

  /** A function's answer to a JSON body, whatever its status. Throws what `fetch` throws. */
  invoke(name: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#ask(new URL(name, this.#functionsUrl), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }
}

export function connect(url: string, publishableKey: string, options?: ConnectOptions): Client {
  return new Client(url, publishableKey, options);
}

/** What a request of postgrest-js resolves to. */
export interface Answer<Data> {
  data: Data | null;
  error: Pick<PostgrestError, "code" | "message" | "details"> | null;
  status: number;
}

/** The result of a request. Throws `ApiError`. */
export async function answerOf<Data>(request: PromiseLike<Answer<Data>>): Promise<Data> {
  const { data, error, status } = await request;
  if (error !== null) throw fromDatabase(status, error);
  if (data === null) throw fromDatabase(status, { code: "", message: "There is no answer" });
  return data;
}
