import { badRequest } from "./refusal.ts";
import type { Stored } from "./records.ts";

export interface ListQuery {
  limit: number;
  matches: (record: Stored) => boolean;
}

const comparisons = {
  Gt: (value: string, bound: string) => value > bound,
  Lt: (value: string, bound: string) => value < bound,
  Ge: (value: string, bound: string) => value >= bound,
  Le: (value: string, bound: string) => value <= bound,
};

/**
 * Query of a list: `limit` (default 100, at most 1000) and createdAt or updatedAt with Gt, Lt, Ge
 * or Le. There is no cursor and no filter by name. Throws 400 for every other parameter.
 */
export function parseListQuery(query: URLSearchParams): ListQuery {
  const problems: string[] = [];
  const tests: ListQuery["matches"][] = [];
  let limit = 100;
  for (const [key, value] of query) {
    const time = /^(createdAt|updatedAt)(Gt|Lt|Ge|Le)$/.exec(key);
    if (key === "limit") {
      limit = Number(value);
      problems.push(...limitProblems(value));
    } else if (time === null) {
      problems.push(`property ${key} should not exist`);
    } else if (Number.isNaN(Date.parse(value))) {
      problems.push(`${key} must be a Date instance`);
    } else {
      tests.push(timeTest(time[1], time[2], new Date(value).toISOString()));
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
  if (limit < 0) return ["limit must not be less than 0"];
  return [];
}

/** ISO 8601 times in UTC with milliseconds compare as text. */
function timeTest(field = "", comparison = "", bound: string): ListQuery["matches"] {
  const compare = comparisons[
    comparison === "Gt" || comparison === "Lt" || comparison === "Ge" ? comparison : "Le"
  ];
  return field === "createdAt"
    ? (record) => compare(record.createdAt, bound)
    : (record) => compare(record.updatedAt, bound);
}
