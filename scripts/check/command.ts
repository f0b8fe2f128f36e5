import { repository } from "../local/migrations.ts";
import type { Outcome } from "./run_steps.ts";

/**
 * A step that is a command, run in the repository. If it fails, the report is what it printed and how to repair that.
 */
export async function command(
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly repair?: string; readonly env?: Record<string, string> } = {},
): Promise<Outcome> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: repository,
    env: { NO_COLOR: "1", RUST_LIB_BACKTRACE: "0", ...options.env },
    stdin: "null",
  }).output();
  if (success) return { ok: true, report: "" };
  const decoder = new TextDecoder();
  const printed = (decoder.decode(stdout) + decoder.decode(stderr)).trim();
  return { ok: false, report: [printed, options.repair].filter(Boolean).join("\n") };
}
