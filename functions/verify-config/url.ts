/** The ways in which a tool's URL can be wrong. */
import type { FindingCode } from "./finding.ts";

const LOCAL = /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/;

/**
 * Why `found` is not `expected`; null if it is. Any host but this deployment's is stale: an old project, or a tunnel to
 * somebody's machine.
 */
export function compareUrls(expected: string, found: string): FindingCode | null {
  if (found === expected) return null;
  const wanted = new URL(expected);
  const url = URL.parse(found);
  if (url === null) return "wrong_url";
  if (LOCAL.test(url.hostname)) return "localhost_url";
  if (url.host !== wanted.host) return "stale_host";
  if (url.protocol !== wanted.protocol) return "insecure_url";
  return url.pathname === wanted.pathname ? "wrong_url" : "wrong_path";
}
