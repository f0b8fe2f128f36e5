import type { MatchedRequest } from "../../local/double/request_match.ts";
import type { VapiDouble } from "../../local/vapi/mod.ts";

/** Attempts of one run at a request: shared/retry.ts. */
const ATTEMPTS = 4;

/**
 * Vapi answers such requests with 503 until `faults.clear()`. The attempts of one run are used up at once instead of in fourteen
 * seconds, since each but the last is asked for again at once; after them the job waits as it always does.
 */
export function failAtOnce(
  { faults }: VapiDouble,
  matches: (request: MatchedRequest) => boolean = () => true,
): void {
  let asked = 0;
  faults.decide((request) => {
    if (!matches(request)) return null;
    return ++asked % ATTEMPTS === 0 ? { status: 503 } : { status: 503, retryAfter: 0 };
  });
}
