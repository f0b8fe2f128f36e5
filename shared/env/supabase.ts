import { z } from "zod";
import { isJsonObject, type JsonValue } from "../json.ts";
import { jsonValue, namedKeysValue, urlValue } from "./values.ts";

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
  /** Verification keys of user tokens; left out where the platform doesn't provide them. */
  jwks?: JsonWebKeySet;
  /** Public base URL of the functions. */
  backendUrl: string;
}

export const supabaseEnvSchema: z.ZodType<SupabaseEnv> = z.object({
  SUPABASE_URL: urlValue,
  SUPABASE_SECRET_KEYS: namedKeysValue,
  SUPABASE_JWKS: jsonValue("a JSON Web Key Set", readJwks).optional(),
  BACKEND_URL: urlValue.optional(),
}).transform((raw) => ({
  supabaseUrl: raw.SUPABASE_URL,
  secretKey: raw.SUPABASE_SECRET_KEYS[0],
  secretKeys: raw.SUPABASE_SECRET_KEYS,
  ...(raw.SUPABASE_JWKS === undefined ? {} : { jwks: raw.SUPABASE_JWKS }),
  backendUrl: raw.BACKEND_URL ?? `${raw.SUPABASE_URL}/functions/v1`,
}));

/** Where only the legacy key is set, it stands in for the keys by name. */
export function withKeysByName(source: Record<string, string>): Record<string, string> {
  const { SUPABASE_SERVICE_ROLE_KEY: secret } = source;
  return {
    ...(secret === undefined ? {} : { SUPABASE_SECRET_KEYS: JSON.stringify({ default: secret }) }),
    ...source,
  };
}

/** Both forms occur: `{"keys":[…]}` and the bare list. */
function readJwks(value: JsonValue): JsonWebKeySet | null {
  const keys = isJsonObject(value) ? value.keys : value;
  const parsed = z.array(publicKeySchema).safeParse(keys);
  return parsed.success ? { keys: parsed.data } : null;
}
