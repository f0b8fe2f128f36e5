/**
 * The environment, read in one place: nothing else touches `Deno.env`.
 *
 * A function asks only for the groups it needs, so one that does not use Vapi needs no key for it. Everything missing or
 * malformed is reported at once; a secret never has a default.
 */
import { AppError } from "../http/errors.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { type IntegrationsEnv, readIntegrations } from "./integrations.ts";
import {
  anyText,
  either,
  integer,
  json,
  namedKeys,
  type SignatureFormat,
  signatureFormat,
  url,
  Variables,
} from "./values.ts";

const keyMembers = ["kid", "alg", "use", "crv", "x", "y", "n", "e"] as const;

/** The members of a public JSON Web Key (RFC 7517); whatever else it holds is dropped. */
type PublicKey = { kty: string } & { [Member in typeof keyMembers[number]]?: string };

export interface JsonWebKeySet {
  keys: PublicKey[];
}

/** What the platform itself provides, under `SUPABASE_` names that nobody else can set. */
export interface SupabaseEnv {
  supabaseUrl: string;
  /** The key that functions use themselves: the one named `default`, else the first. */
  secretKey: string;
  /** Every key that a service or an operator may present. */
  secretKeys: string[];
  /** Verification keys of user tokens; missing if the platform does not provide them. */
  jwks?: JsonWebKeySet;
  /** Public base URL of the functions. */
  backendUrl: string;
}

function readSupabase(variables: Variables): SupabaseEnv | null {
  const supabaseUrl = variables.required("SUPABASE_URL", url);
  const secretKeys = variables.required("SUPABASE_SECRET_KEYS", namedKeys);
  const jwks = variables.optional("SUPABASE_JWKS", json("a JSON Web Key Set", readJwks));
  const backendUrl = variables.optional("BACKEND_URL", url);
  if (supabaseUrl === undefined || secretKeys === undefined) return null;
  return {
    supabaseUrl,
    secretKey: secretKeys[0],
    secretKeys,
    ...(jwks === undefined ? {} : { jwks }),
    backendUrl: backendUrl ?? `${supabaseUrl}/functions/v1`,
  };
}

/** If only the legacy key is set, it replaces the keys by name. */
function withKeysByName(source: Record<string, string>): Record<string, string> {
  const { SUPABASE_SERVICE_ROLE_KEY: secret } = source;
  return {
    ...(secret === undefined ? {} : { SUPABASE_SECRET_KEYS: JSON.stringify({ default: secret }) }),
    ...source,
  };
}

/** Both forms occur: `{"keys":[...]}` and the bare list. */
function readJwks(value: JsonValue): JsonWebKeySet | null {
  const given = isJsonObject(value) ? value.keys : value;
  if (!Array.isArray(given)) return null;
  const keys = given.flatMap((key) => readKey(key) ?? []);
  return keys.length === given.length ? { keys } : null;
}

function readKey(value: JsonValue): PublicKey | null {
  if (!isJsonObject(value) || typeof value.kty !== "string") return null;
  const key: PublicKey = { kty: value.kty };
  for (const member of keyMembers) {
    const text = value[member];
    if (text === undefined) continue;
    if (typeof text !== "string") return null;
    key[member] = text;
  }
  return key;
}

/** For functions that call Vapi. */
export interface VapiEnv {
  vapiPrivateKey: string;
  vapiBaseUrl: string;
  /** A credential stored in Vapi that authenticates its calls to us, instead of the plain header. */
  vapiCredentialId?: string;
  vapiMaxConcurrency: number;
  vapiMinIntervalMs: number;
  /** How a changed tool reaches Vapi: as a new tool that replaces the old one, or by a PATCH. */
  toolUpdateStrategy: "replace" | "in_place";
}

function readVapi(variables: Variables): VapiEnv | null {
  const vapiPrivateKey = variables.required("VAPI_PRIVATE_KEY", anyText);
  const vapiCredentialId = variables.optional("VAPI_CREDENTIAL_ID", anyText);
  const rest = {
    vapiBaseUrl: variables.optional("VAPI_BASE_URL", url) ?? "https://api.vapi.ai",
    ...(vapiCredentialId === undefined ? {} : { vapiCredentialId }),
    vapiMaxConcurrency: variables.optional("VAPI_MAX_CONCURRENCY", integer(1, 100)) ?? 10,
    vapiMinIntervalMs: variables.optional("VAPI_MIN_INTERVAL_MS", integer(0, 60_000)) ?? 0,
    toolUpdateStrategy: variables.optional("TOOL_UPDATE_STRATEGY", either("replace", "in_place")) ??
      "replace",
  };
  return vapiPrivateKey === undefined ? null : { vapiPrivateKey, ...rest };
}

/** For functions that Vapi calls, and for the one that tells Vapi the secret. */
export interface WebhookEnv {
  vapiWebhookSecret: string;
  /** What is accepted from Vapi: the current secret and, while it is being rotated, the previous one. */
  vapiWebhookSecrets: string[];
  /** How an HMAC credential signs, if it was not set up with the defaults. */
  vapiWebhookSignature?: SignatureFormat;
}

function readWebhook(variables: Variables): WebhookEnv | null {
  const current = variables.required("VAPI_WEBHOOK_SECRET", anyText);
  const previous = variables.optional("VAPI_WEBHOOK_SECRET_PREVIOUS", anyText);
  const signature = variables.optional("VAPI_WEBHOOK_SIGNATURE", signatureFormat);
  if (current === undefined) return null;
  return {
    vapiWebhookSecret: current,
    vapiWebhookSecrets: previous === undefined ? [current] : [current, previous],
    ...(signature !== undefined && { vapiWebhookSignature: signature }),
  };
}

/** For the function that a monitoring system reads. */
export interface MetricsEnv {
  /** Opens `metrics` and nothing else, so that a scraper needs no secret key. */
  metricsToken?: string;
}

function readMetrics(variables: Variables): MetricsEnv {
  const token = variables.optional("METRICS_TOKEN", anyText);
  return token === undefined ? {} : { metricsToken: token };
}

export type { IntegrationsEnv };

interface Groups {
  supabase: SupabaseEnv;
  vapi: VapiEnv;
  webhook: WebhookEnv;
  metrics: MetricsEnv;
}

export type EnvGroup = keyof Groups;

/** Present whichever groups were requested. */
export interface CommonEnv extends IntegrationsEnv {
  /** This worker's id, given by the platform; for logs. */
  executionId?: string;
}

/** What `readEnv` returns for the groups `G`, e.g. `EnvOf<"supabase" | "webhook">`. */
export type EnvOf<G extends EnvGroup> =
  & CommonEnv
  & ("supabase" extends G ? SupabaseEnv : unknown)
  & ("vapi" extends G ? VapiEnv : unknown)
  & ("webhook" extends G ? WebhookEnv : unknown)
  & ("metrics" extends G ? MetricsEnv : unknown);

/** All groups. */
export type Env = EnvOf<EnvGroup>;

const READERS: { [G in EnvGroup]: (variables: Variables) => Groups[G] | null } = {
  supabase: readSupabase,
  vapi: readVapi,
  webhook: readWebhook,
  metrics: readMetrics,
};

export interface ReadEnvOptions<G extends EnvGroup> {
  /** Groups that must be complete; default all. */
  need?: readonly G[];
  /** Default: the process environment. */
  source?: Record<string, string>;
}

/** Reads and checks the environment. Throws `configuration_error`, which names every problem without values. */
export function readEnv<G extends EnvGroup = EnvGroup>(options?: ReadEnvOptions<G>): EnvOf<G>;
export function readEnv(
  { need = ["supabase", "vapi", "webhook", "metrics"], source = Deno.env.toObject() }:
    ReadEnvOptions<EnvGroup> = {},
): CommonEnv & Partial<SupabaseEnv & VapiEnv & WebhookEnv & MetricsEnv> {
  const set = withKeysByName(withoutEmpty(source));
  const variables = new Variables(set);
  const results = need.map((group) => READERS[group](variables));
  const { problems } = variables;
  if (problems.length > 0) {
    throw new AppError(
      "configuration_error",
      `The environment is not usable: ${problems.join("; ")}`,
      {
        details: problems,
      },
    );
  }
  return Object.assign(
    readIntegrations(set),
    set.SB_EXECUTION_ID === undefined ? {} : { executionId: set.SB_EXECUTION_ID },
    ...results,
  );
}

/** An empty variable counts as not set: `supabase secrets set X=` and empty CI secrets. */
function withoutEmpty(source: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value.trim() !== ""));
}
