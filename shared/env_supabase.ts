import { z } from "zod";
import { isJsonObject, type JsonValue } from "./json.ts";
import { jsonValue, namedKeysValue, urlValue } from "./env_values.ts";

/** The members of a public JSON Web Key (RFC 7517); whatever else it holds is dropped. */
const publicKeySchema = z.object({
  kty: z.string(),
  kid: z.string().exactOptional(),
  alg: z.string().exactOptional(),
  use: z.string().exactOptional(),
  crv: z.string().exactOptional(),
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
  n: z.string().exactOptional(),
  e: z.string().exactOptional(),
});

export interface JsonWebKeySet {
  keys: z.infer<typeof publicKeySchema>[];
}

/** What the platform itself provides; with `SUPABASE_` names that nobody else can set. */
export interface SupabaseEnv {
  supabaseUrl: string;
  /** The key that functions use themselves: the one named `default`, else the first. */
  secretKey: string;
  /** Every key that a service or an operator may present. */
  secretKeys: string[];
  publishableKey: string;
  /** Verification keys of user tokens; left out where the platform doesn't provide them. */
  jwks?: JsonWebKeySet;
  /** Public base URL of the functions. */
  backendUrl: string;
}

/**
 * Keys come as JSON objects by name; the legacy `SUPABASE_SERVICE_ROLE_KEY` and `SUPABASE_ANON_KEY` count
 * only where the new variables are absent.
 */
export const supabaseEnvSchema: z.ZodType<SupabaseEnv> = z.object({
  SUPABASE_URL: urlValue,
  SUPABASE_SECRET_KEYS: namedKeysValue.optional(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().optional(),
  SUPABASE_PUBLISHABLE_KEYS: namedKeysValue.optional(),
  SUPABASE_ANON_KEY: z.string().optional(),
  SUPABASE_JWKS: jsonValue("a JSON Web Key Set", readJwks).optional(),
  BACKEND_URL: urlValue.optional(),
}).transform((raw, context) => {
  const secretKeys = raw.SUPABASE_SECRET_KEYS ?? listOf(raw.SUPABASE_SERVICE_ROLE_KEY);
  const publishableKeys = raw.SUPABASE_PUBLISHABLE_KEYS ?? listOf(raw.SUPABASE_ANON_KEY);
  const [secretKey] = secretKeys;
  const [publishableKey] = publishableKeys;
  if (secretKey === undefined) missing(context, "SUPABASE_SECRET_KEYS");
  if (publishableKey === undefined) missing(context, "SUPABASE_PUBLISHABLE_KEYS");
  if (secretKey === undefined || publishableKey === undefined) return z.NEVER;
  return {
    supabaseUrl: raw.SUPABASE_URL,
    secretKey,
    secretKeys,
    publishableKey,
    ...(raw.SUPABASE_JWKS === undefined ? {} : { jwks: raw.SUPABASE_JWKS }),
    backendUrl: raw.BACKEND_URL ?? `${raw.SUPABASE_URL}/functions/v1`,
  };
});

/** Both forms occur: `{"keys":[…]}` and the bare list. */
function readJwks(value: JsonValue): JsonWebKeySet | null {
  const keys = isJsonObject(value) ? value.keys : value;
  const parsed = z.array(publicKeySchema).safeParse(keys);
  return parsed.success ? { keys: parsed.data } : null;
}

function listOf(key: string | undefined): string[] {
  return key === undefined ? [] : [key];
}

function missing(context: z.RefinementCtx, name: string): void {
  context.addIssue({ code: "custom", path: [name], message: "is missing" });
}
