/**
 * The environment, read in one place: nothing else touches `Deno.env`.
 *
 * A function asks only for the groups it needs, so one without business with Vapi demands no key of Vapi's.
 * Everything missing or malformed is reported at once; a secret never has a default.
 */
import type { z } from "zod";
import { type IntegrationsEnv, readIntegrations } from "./integrations.ts";
import { type SupabaseEnv, supabaseEnvSchema, withKeysByName } from "./supabase.ts";
import { describeIssue } from "./values.ts";
import { type VapiEnv, vapiEnvSchema, type WebhookEnv, webhookEnvSchema } from "./vapi.ts";
import { AppError } from "../http/errors.ts";

export type { IntegrationsEnv, SupabaseEnv, VapiEnv, WebhookEnv };

interface Groups {
  supabase: SupabaseEnv;
  vapi: VapiEnv;
  webhook: WebhookEnv;
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
  & ("webhook" extends G ? WebhookEnv : unknown);

/** All groups. */
export type Env = EnvOf<EnvGroup>;

const GROUPS: { [G in EnvGroup]: z.ZodType<Groups[G]> } = {
  supabase: supabaseEnvSchema,
  vapi: vapiEnvSchema,
  webhook: webhookEnvSchema,
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
  { need = ["supabase", "vapi", "webhook"], source = Deno.env.toObject() }: ReadEnvOptions<
    EnvGroup
  > = {},
): CommonEnv & Partial<SupabaseEnv & VapiEnv & WebhookEnv> {
  const set = withKeysByName(withoutEmpty(source));
  const results = need.map((group) => GROUPS[group].safeParse(set));
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
