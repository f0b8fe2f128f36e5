/** What matching looks at. */
export interface MatchedRequest {
  method: string;
  path: string;
  query: string;
  body: unknown;
}

/**
 * Which requests are meant: "POST /tool", "PATCH /assistant/:id" (any one segment in place of
 * `:id`), "* /tool" (any method), "*" (all), or a predicate.
 */
export type RequestMatch = string | ((request: MatchedRequest) => boolean);

export function matcher(match: RequestMatch): (request: MatchedRequest) => boolean {
  if (typeof match === "function") return match;
  if (match === "*") return () => true;
  const [method = "*", path = ""] = match.split(" ");
  const pattern = new RegExp(`^${path.replace(/:[a-z]+/gi, "[^/]+")}$`);
  return (request) => (method === "*" || method === request.method) && pattern.test(request.path);
}
