/** A project to deploy to: the management API's stand-in, and a folder that receives its functions. */

import { type SupabaseCli, supabaseCli } from "../../deploy/supabase_cli.ts";
import {
  type ManagementApi,
  type ManagementApiOptions,
  startManagementApi,
} from "./management_api/mod.ts";
import { repository } from "../../local/migrations.ts";

export interface Deployment {
  api: ManagementApi;
  /** A folder of the test's own. */
  folder: string;
  /** Directs the CLI to the stand-in. */
  profile: string;
  /** Keeps the CLI from looking for this user's login and from reporting to anybody. */
  env: Record<string, string>;
  cli: SupabaseCli;
}

/** A folder that is removed after the test. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "deploy-test-" }));
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a test with a project to which nothing has been deployed. Functions are written to `<folder>/functions`. */
export async function withDeployment(
  test: (deployment: Deployment) => Promise<void>,
  options: ManagementApiOptions & { folder: string },
): Promise<void> {
  const { folder } = options;
  const api = startManagementApi({ functionsDirectory: `${folder}/functions`, ...options });
  try {
    const profile = await api.writeProfile(folder);
    const env = {
      SUPABASE_ACCESS_TOKEN: api.accessToken,
      SUPABASE_HOME: folder,
      SUPABASE_TELEMETRY_DISABLED: "1",
      DO_NOT_TRACK: "1",
    };
    const cli = supabaseCli({ root: repository, profile, env });
    await test({ api, folder, profile, env, cli });
  } finally {
    await api.close();
  }
}
