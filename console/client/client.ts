/** How every front end reaches a project: supabase-js, with the schema's types, and one kind of error. */
import {
  createClient,
  type PostgrestError,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import type { Database } from "../../shared/database_types.ts";
import { fromDatabase } from "./api_error.ts";

/** A project, as the person who is signed in with it sees it. */
export type Client = SupabaseClient<Database>;

/** `publishableKey`: never a secret one, which browsers are refused with. Signing in is supabase-js's own `auth`. */
export function connect(
  url: string,
  publishableKey: string,
  options: SupabaseClientOptions<"public"> = {},
): Client {
  return createClient<Database>(url, publishableKey, options);
}

/** What a request of supabase-js resolves to. */
interface Response<Data> {
  data: Data | null;
  error: Pick<PostgrestError, "code" | "message" | "details"> | null;
  status: number;
}

/** What a request brought. Throws `ApiError`. */
export async function answerOf<Data>(request: PromiseLike<Response<Data>>): Promise<Data> {
  const { data, error, status } = await request;
  if (error !== null) throw fromDatabase(status, error);
  if (data === null) throw fromDatabase(status, { code: "", message: "There is no answer" });
  return data;
}
