import type { MatchedRequest } from "../../local/double/request_match.ts";
import type { VapiDouble } from "../../local/vapi/mod.ts";

/** Attempts of one run at a request: shared/retry.ts. */
const ATTEMPTS = 4;

/**
 * Vapi answers such requests with 503 until `faults.clear()`. The attempts of one run are used up at once instead of in fourteen seconds,
 * since each but the last is repeated at once; after that the job waits as always. A create that may have succeeded is requested once, so
 * it does not count as an attempt of another request.
 */
export function failAtOnce(
  { faults }: VapiDouble,
  matches: (request: MatchedRequest) => boolean = () => true,
): void {
  const asked = new Map<string, number>();
  faults.decide((request) => {
    if (!matches(request)) return null;
    if (request.method === "POST") return { status: 503 };
    const which = `${request.method} ${request.path}`;
    const attempt = (asked.get(which) ?? 0) + 1;
    asked.set(which, attempt);
    return attempt % ATTEMPTS === 0 ? { status: 503 } : { status: 503, retryAfter: 0 };
  });
}
