/** The requests to the database and other services of functions that run in this process. */
import type { Stack } from "../../local/stack.ts";

export interface RequestsMade {
  /** Names of the SQL functions that were called, except for measurements, for which nobody waits. */
  rpcs: string[];
  /** Methods and paths at Vapi, Twilio, Google and Resend. */
  others: string[];
}

export interface Watch {
  /** Since the last call. */
  take(stack: Stack): RequestsMade;
  end(): void;
}

/** Starts watching; functions that were loaded before keep their `fetch`. */
export function watchRequests(): Watch {
  const { fetch } = globalThis;
  let made: { method: string; url: URL }[] = [];
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    made.push({ method: init?.method ?? "GET", url });
    return fetch(input, init);
  };
  return {
    take(stack) {
      const all = made;
      made = [];
      const rest = `${stack.apiUrl}/rest/v1/rpc/`;
      const { twilio, google, resend } = stack.integrations;
      const services = [stack.vapi, twilio, google, resend].map(({ url }) => new URL(url).origin);
      return {
        rpcs: all.filter(({ url }) => url.href.startsWith(rest))
          .map(({ url }) => url.href.slice(rest.length))
          .filter((name) => name !== "record_measurements"),
        others: all.filter(({ url }) => services.includes(url.origin))
          .map(({ method, url }) => `${method} ${url.pathname}`),
      };
    },
    end() {
      globalThis.fetch = fetch;
    },
  };
}
