import { isJsonObject } from "../../../shared/json.ts";

/** Paths at which two JSON values differ, down to the leaves; lists are compared as a whole. */
export function changedPaths(before: unknown, after: unknown, path = ""): string[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      changedPaths(before[key], after[key], path === "" ? key : `${path}.${key}`)
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}
