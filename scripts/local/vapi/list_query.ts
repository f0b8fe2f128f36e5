import type { Stored } from "./records.ts";
import { badRequest } from "./refusal.ts";

export interface ListQuery {
  limit: number;
  matches: (record: Stored) => boolean;
}

const comparisons: Record<string, (value: string, bound: string) => boolean> = {
  Gt: (value, bound) => value > bound,
  Lt: (value, bound) => value < bound,
  Ge: (value, bound) => value >= bound,
  Le: (value, bound) => value <= bound,
};

/**
 * Query of a list: `limit` (default 100, at most 1000) and createdAt or updatedAt with Gt, Lt, Ge or Le; calls are also filtered by ids.
 * There is no cursor and no filter by name. Throws 400 for every other parameter.
 */
export function parseListQuery(query: URLSearchParams, filters: string[] = []): ListQuery {
  const problems: string[] = [];
  const tests: ListQuery["matches"][] = [];
  let limit = 100;
  for (const [key, value] of query) {
    const [, field, comparison = ""] = /^(createdAt|updatedAt)(Gt|Lt|Ge|Le)$/.exec(key) ?? [];
    const compare = comparisons[comparison];
    if (key === "limit") {
      limit = Number(value);
      problems.push(...limitProblems(value));
    } else if (filters.includes(key)) {
      tests.push((record) => Reflect.get(record, key) === value);
    } else if (compare === undefined) {
      problems.push(`property ${key} should not exist`);
    } else if (Number.isNaN(Date.parse(value))) {
      problems.push(`${key} must be a Date instance`);
    } else {
      // ISO 8601 times in UTC with milliseconds compare as text.
      const bound = new Date(value).toISOString();
      tests.push(({ createdAt, updatedAt }) =>
        compare(field === "createdAt" ? createdAt : updatedAt, bound)
      );
    }
  }
  if (problems.length > 0) throw badRequest(problems);
  return { limit, matches: (record) => tests.every((test) => test(record)) };
}

function limitProblems(value: string): string[] {
  const limit = Number(value);
  if (value === "" || Number.isNaN(limit)) {
    return ["limit must be a number conforming to the specified constraints"];
  }
  if (limit > 1000) return ["limit must not be greater than 1000"];
  return limit < 0 ? ["limit must not be less than 0"] : [];
}
