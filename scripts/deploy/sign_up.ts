/** Whether anybody can create an account at the project. Auth tells everybody who has an API key. */

import { z } from "zod";

const settingsSchema = z.object({
  disable_signup: z.boolean(),
  external: z.object({ anonymous_users: z.boolean().optional() }),
});

const CLOSE_IT =
  "Close it in the dashboard (Authentication → Sign In / Providers → Allow new users to sign up), or by " +
  "npx supabase@3.1.0 config push, which also sets what else is in supabase/config.toml";

/** What to warn about; null if sign-up is closed. Never throws: a project can be deployed without knowing. */
export async function signUpWarning(projectUrl: string, apiKey: string): Promise<string | null> {
  const settings = await readSettings(projectUrl, apiKey);
  if (settings === null) {
    return `Cannot see whether public sign-up is open: ${projectUrl}/auth/v1/settings does not say. ${CLOSE_IT}`;
  }
  if (settings.disable_signup) return null;
  const alsoUnnamed = settings.external.anonymous_users === true ? ", even without an address" : "";
  return `PUBLIC SIGN-UP IS OPEN: anybody can create an account${alsoUnnamed}. ${CLOSE_IT}`;
}

async function readSettings(
  projectUrl: string,
  apiKey: string,
): Promise<z.infer<typeof settingsSchema> | null> {
  try {
    const response = await fetch(`${projectUrl}/auth/v1/settings`, {
      headers: { apikey: apiKey },
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return response.ok ? settingsSchema.parse(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}
