/**
 * Three-way merge of an assistant's settings, as `kubectl apply` does it: last applied, desired, observed.
 *
 * What the console changed since the last apply is sent. What was edited in Vapi and left alone in the console
 * stays, and is reported as drift.
 */
import { NATIVE_TOOL_PATHS } from "./native_tools.ts";
import { type Fingerprints, FOLLOWING_PATHS, isClearable, OWN_PATHS } from "./settings.ts";

/** A setting that was edited in Vapi since it was last applied. Values are fingerprints. */
export interface Drift {
  path: string;
  applied: string;
  observed: string | null;
}

export interface Merge {
  /** Paths to send with their desired value. */
  send: string[];
  /** Paths whose value the console took back. */
  clear: string[];
  drift: Drift[];
}

/**
 * Decides path by path.
 *
 * | console changed it | Vapi has the desired value | then            |
 * | ------------------ | -------------------------- | --------------- |
 * | no                 | yes                        | nothing         |
 * | no                 | no                         | drift, kept     |
 * | yes                | yes                        | nothing         |
 * | yes                | no                         | sent            |
 *
 * `observed` holds null for a path that Vapi never gives back (a secret): it counts as having what was last applied.
 * Without `lastApplied` (an assistant that we never applied) nothing is sent and nothing is drift. What is ours alone is sent
 * wherever Vapi has something else. The server is sent only where Vapi still has the one that was applied: another is somebody
 * else's. So is a tool of Vapi's own that we did not put there.
 */
export function merge(
  desired: Fingerprints,
  lastApplied: Fingerprints | null,
  observed: (path: string) => string | null | undefined,
): Merge {
  const result: Merge = { send: [], clear: [], drift: [] };
  const own = OWN_PATHS.filter((path) => path in desired);
  result.send.push(...own.filter((path) => isOther(observed(path), desired[path])));
  if (lastApplied === null) return result;

  for (const [path, wanted] of Object.entries(desired)) {
    if (OWN_PATHS.includes(path)) continue;
    const applied = lastApplied[path];
    const seen = observed(path);
    const found = seen === null ? applied : seen;
    if (found === wanted) continue;
    const isNative = NATIVE_TOOL_PATHS.includes(path);
    const isTheirs = FOLLOWING_PATHS.includes(path) && applied !== undefined && found !== applied ||
      isNative && found !== undefined && found !== applied;
    if (applied !== wanted && !isTheirs) result.send.push(path);
    // An assistant that was adopted never had it, and one that somebody took it off does without.
    else if (applied !== undefined && !(isNative && found === undefined)) {
      result.drift.push({ path, applied, observed: found ?? null });
    }
  }
  for (const path of Object.keys(lastApplied).filter(isClearable)) {
    if (!(path in desired) && observed(path) !== undefined) {
      result.clear.push(path);
    }
  }
  return result;
}

/** True where Vapi shows another value than the wanted one; not where it never tells. */
function isOther(seen: string | null | undefined, wanted: string | undefined): boolean {
  return seen !== null && seen !== wanted;
}
