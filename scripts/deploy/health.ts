/** Checks that a function runs: without credentials, each must refuse in its own words. */

import { z } from "zod";
import { jsonOrNull } from "../../shared/json.ts";
import { unreachable } from "../unreachable.ts";

export interface Health {
  slug: string;
  ok: boolean;
  status: number | null;
  /** Why it is not ok, and what to do. */
  problem?: string;
}

const refusalSchema = z.object({
  success: z.literal(false),
  error: z.object({ code: z.string() }),
});

/** Asks one function. Never throws. */
export async function askFunction(functionsUrl: string, slug: string): Promise<Health> {
  try {
    const response = await fetch(`${functionsUrl}/${slug}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(20_000),
    });
    return judge(slug, response.status, await response.text());
  } catch (error) {
    return {
      slug,
      ok: false,
      status: null,
      problem: `does not answer: ${unreachable(functionsUrl, error)}`,
    };
  }
}

/** What an answer to a request without credentials shows. */
export function judge(slug: string, status: number, body: string): Health {
  const refused = refusalSchema.safeParse(jsonOrNull(body)).success;
  if (refused && status >= 400 && status < 500) return { slug, ok: true, status };
  return { slug, ok: false, status, problem: explain(status, refused, body) };
}

function explain(status: number, refused: boolean, body: string): string {
  if (status === 404) return "is not there: the deployment did not reach it";
  if (status === 401) {
    return "is not reached, because the platform itself asks for a user's token: its block in " +
      "supabase/config.toml must say verify_jwt = false";
  }
  if (body.includes("BOOT_ERROR")) {
    return "does not start: its logs in the dashboard (Edge Functions → Logs) say why";
  }
  if (refused) return `answers ${status}: ${body.slice(0, 300)}`;
  if (status < 300) return `answers ${status} to a caller without credentials: it must refuse`;
  return `answers ${status}: ${body.slice(0, 300)}`;
}
