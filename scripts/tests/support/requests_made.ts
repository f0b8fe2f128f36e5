/** What functions that run in this very process ask of the database and of other services. */
import type { Stack } from "../../local/stack.ts";

export interface RequestsMade {
  /** Names of the functions of SQL that were called, but for measurements: nobody waits for those. */
  rpcs: string[];
  /** Methods and paths at Vapi, Twilio, Google and Resend. */
  others: string[];
}

export interface Watch {
  /** Since the last time that this was asked. */
  take(stack: Stack): RequestsMade;
  end(): void;
}

/** Begins to watch; functions that were loaded before keep the `fetch` that they have. */
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
