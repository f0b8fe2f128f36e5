/** Drift as people compare it: fingerprints tell that two values differ, these tell how. */
import type { Drift } from "../../shared/assistants/merge.ts";
import { readSetting, type Settings } from "../../shared/assistants/settings.ts";
import type { JsonObject } from "../../shared/json.ts";

/** Each drift with both values in full. Where a setting drifts, what was applied is what the console says. */
export function driftValues(
  drift: readonly Drift[],
  desired: Settings,
  assistant: JsonObject,
): JsonObject[] {
  return drift.map((each) => ({
    ...each,
    values: {
      applied: desired[each.path] ?? null,
      observed: readSetting(assistant, each.path) ?? null,
    },
  }));
}
