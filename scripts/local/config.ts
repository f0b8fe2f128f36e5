/** What the gateway needs from `supabase/config.toml`: which functions demand a JWT. */

import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { repository } from "./migrations.ts";

const functionSchema = z.object({
  enabled: z.boolean().default(true),
  verify_jwt: z.boolean().default(true),
});
const configSchema = z.object({ functions: z.record(z.string(), functionSchema).default({}) });

export type FunctionConfig = { readonly enabled: boolean; readonly verifyJwt: boolean };

/** Reads the function blocks; a function without one is enabled and demands a JWT, as hosted. */
export async function readFunctionConfig(
  file = join(repository, "supabase/config.toml"),
): Promise<(slug: string) => FunctionConfig> {
  const { functions } = configSchema.parse(parse(await Deno.readTextFile(file)));
  const configs = new Map(Object.entries(functions).map(([slug, block]) => [slug, present(block)]));
  const absent = present(functionSchema.parse({}));
  return (slug) => configs.get(slug) ?? absent;
}

function present({ enabled, verify_jwt }: z.infer<typeof functionSchema>): FunctionConfig {
  return { enabled, verifyJwt: verify_jwt };
}
