/**
 * The environment, read in one place: nothing else touches `Deno.env`.
 *
 * A function asks only for the groups it needs, so one without business with Vapi demands no key of Vapi's.
 * Everything missing or malformed is reported at once; a secret never has a default.
 */
import { z } from "zod";
import { AppError } from "../http/errors.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { type IntegrationsEnv, readIntegrations } from "./integrations.ts";
import {
  describeIssue,
  integerValue,
  jsonValue,
  namedKeysValue,
  type SignatureFormat,
  signatureFormatValue,
  urlValue,
} from "./values.ts";

/** The members of a public JSON Web Key (RFC 7517); whatever else it holds is dropped. */
const publicKeySchema = () =>
  z.object({
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
  keys: z.infer<ReturnType<typeof publicKeySchema>>[];
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

const supabaseEnvSchema = (): z.ZodType<SupabaseEnv> =>
  z.object({
    SUPABASE_URL: urlValue(),
    SUPABASE_SECRET_KEYS: namedKeysValue(),
    SUPABASE_JWKS: jsonValue("a JSON Web Key Set", readJwks).optional(),
    BACKEND_URL: urlValue().optional(),
  }).transform((raw) => ({
    supabaseUrl: raw.SUPABASE_URL,
    secretKey: raw.SUPABASE_SECRET_KEYS[0],
    secretKeys: raw.SUPABASE_SECRET_KEYS,
    ...(raw.SUPABASE_JWKS === undefined ? {} : { jwks: raw.SUPABASE_JWKS }),
    backendUrl: raw.BACKEND_URL ?? `${raw.SUPABASE_URL}/functions/v1`,
  }));

/** Where only the legacy key is set, it stands in for the keys by name. */
function withKeysByName(source: Record<string, string>): Record<string, string> {
  const { SUPABASE_SERVICE_ROLE_KEY: secret } = source;
  return {
    ...(secret === undefined ? {} : { SUPABASE_SECRET_KEYS: JSON.stringify({ default: secret }) }),
    ...source,
  };
}

/** Both forms occur: `{"keys":[...]}` and the bare list. */
function readJwks(value: JsonValue): JsonWebKeySet | null {
  const keys = isJsonObject(value) ? value.keys : value;
  const parsed = z.array(publicKeySchema()).safeParse(keys);
  return parsed.success ? { keys: parsed.data } : null;
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

const vapiEnvSchema = (): z.ZodType<VapiEnv> =>
  z.object({
    VAPI_PRIVATE_KEY: z.string(),
    VAPI_BASE_URL: urlValue().default("https://api.vapi.ai"),
    VAPI_CREDENTIAL_ID: z.string().optional(),
    VAPI_MAX_CONCURRENCY: integerValue(1, 100).default(10),
    VAPI_MIN_INTERVAL_MS: integerValue(0, 60_000).default(0),
    TOOL_UPDATE_STRATEGY: z.enum(["replace", "in_place"], "must be replace or in_place")
      .default("replace"),
  }).transform((raw) => ({
    vapiPrivateKey: raw.VAPI_PRIVATE_KEY,
    vapiBaseUrl: raw.VAPI_BASE_URL,
    ...(raw.VAPI_CREDENTIAL_ID === undefined ? {} : { vapiCredentialId: raw.VAPI_CREDENTIAL_ID }),
    vapiMaxConcurrency: raw.VAPI_MAX_CONCURRENCY,
    vapiMinIntervalMs: raw.VAPI_MIN_INTERVAL_MS,
    toolUpdateStrategy: raw.TOOL_UPDATE_STRATEGY,
  }));

/** For functions that Vapi calls, and for the one that tells Vapi the secret. */
export interface WebhookEnv {
  vapiWebhookSecret: string;
  /** What is accepted from Vapi: the current secret and, while it is being rotated, the previous one. */
  vapiWebhookSecrets: string[];
  /** How an HMAC credential signs, where it was set up otherwise than by default. */
  vapiWebhookSignature?: SignatureFormat;
}

const webhookEnvSchema = (): z.ZodType<WebhookEnv> =>
  z.object({
    VAPI_WEBHOOK_SECRET: z.string(),
    VAPI_WEBHOOK_SECRET_PREVIOUS: z.string().optional(),
    VAPI_WEBHOOK_SIGNATURE: signatureFormatValue().optional(),
  }).transform((raw) => {
    const { VAPI_WEBHOOK_SECRET: current, VAPI_WEBHOOK_SECRET_PREVIOUS: previous } = raw;
    const { VAPI_WEBHOOK_SIGNATURE: signature } = raw;
    return {
      vapiWebhookSecret: current,
      vapiWebhookSecrets: previous === undefined ? [current] : [current, previous],
      ...(signature !== undefined && { vapiWebhookSignature: signature }),
    };
  });

/** For the function that a monitoring system reads. */
export interface MetricsEnv {
  /** Opens `metrics` and nothing else, so that whoever scrapes needs no secret key. */
  metricsToken?: string;
}

const metricsEnvSchema = (): z.ZodType<MetricsEnv> =>
  z.object({ METRICS_TOKEN: z.string().optional() })
    .transform(({ METRICS_TOKEN: token }) => token === undefined ? {} : { metricsToken: token });

export type { IntegrationsEnv };

interface Groups {
  supabase: SupabaseEnv;
  vapi: VapiEnv;
  webhook: WebhookEnv;
  metrics: MetricsEnv;
}

export type EnvGroup = keyof Groups;

/** Present whichever groups were asked for. */
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

const SCHEMAS: { [G in EnvGroup]: () => z.ZodType<Groups[G]> } = {
  supabase: supabaseEnvSchema,
  vapi: vapiEnvSchema,
  webhook: webhookEnvSchema,
  metrics: metricsEnvSchema,
};

export interface ReadEnvOptions<G extends EnvGroup> {
  /** Groups that must be complete; default all. */
  need?: readonly G[];
  /** Default: the process environment. */
  source?: Record<string, string>;
}

/** Reads and checks the environment. Throws `configuration_error` that names every problem, without values. */
export function readEnv<G extends EnvGroup = EnvGroup>(options?: ReadEnvOptions<G>): EnvOf<G>;
export function readEnv(
  { need = ["supabase", "vapi", "webhook", "metrics"], source = Deno.env.toObject() }:
    ReadEnvOptions<EnvGroup> = {},
): CommonEnv & Partial<SupabaseEnv & VapiEnv & WebhookEnv & MetricsEnv> {
  const set = withKeysByName(withoutEmpty(source));
  const results = need.map((group) => SCHEMAS[group]().safeParse(set));
  const problems = results.flatMap((result) => result.error?.issues ?? [])
    .map((issue) => describeIssue(issue, set));
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
    ...results.map((result) => result.data),
  );
}

/** A variable set to nothing is a variable not set: `supabase secrets set X=` and empty CI secrets. */
function withoutEmpty(source: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value.trim() !== ""));
}
