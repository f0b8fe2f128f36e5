/**
 * The folder in which `deno task dev` keeps what is the same in each run: keys, so that a front end's `.env` stays valid, and with `--keep`
 * the data.
 */

import { join } from "node:path";
import { z } from "zod";
import { sha256Hex } from "../../shared/hash.ts";
import { cacheDirectory } from "../local/cache_dir.ts";
import { newKeys, randomText, savedKeysSchema } from "../local/keys.ts";
import { repository } from "../local/migrations.ts";

const identitySchema = z.object({
  keys: savedKeysSchema,
  webhookSecret: z.string(),
  vapiKey: z.string(),
  databasePassword: z.string(),
});
export type Identity = z.infer<typeof identitySchema>;

/** Ignored by git. */
export const defaultHome = join(repository, ".local");

/** The keys in the folder; new ones are created and readable for the owner alone. Throws if they cannot be read. */
export async function openIdentity(home: string): Promise<Identity> {
  const file = join(home, "keys.json");
  try {
    return identitySchema.parse(JSON.parse(await Deno.readTextFile(file)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new Error(`Cannot read the keys in ${file}: remove it to have new ones created`, {
        cause: error,
      });
    }
  }
  const identity = {
    keys: await newKeys(),
    webhookSecret: `whsec_${randomText()}`,
    vapiKey: crypto.randomUUID(),
    databasePassword: randomText(),
  };
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify(identity, null, 2), { mode: 0o600 });
  return identity;
}

/** Where the data is kept. Root's Postgres runs as `nobody`, who may not be able to enter the project. */
export async function dataFolder(home: string): Promise<string> {
  if (Deno.uid() !== 0) return join(home, "data");
  return join(await cacheDirectory(), `dev-${(await sha256Hex(home)).slice(0, 12)}`);
}
