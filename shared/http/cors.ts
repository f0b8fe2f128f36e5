/** Any origin may call: authority comes from the bearer token alone, no cookie is ever read. */
const ANY_ORIGIN = { "access-control-allow-origin": "*" };

const PREFLIGHT = {
  ...ANY_ORIGIN,
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
  "access-control-allow-headers":
    "authorization, apikey, content-type, prefer, x-client-info, x-request-id",
  "access-control-max-age": "86400",
};

const READABLE = {
  ...ANY_ORIGIN,
  "access-control-expose-headers": "preference-applied, retry-after, x-request-id",
};

/** Wraps a handler for callers in a browser: answers the preflight, and lets them read every answer. */
export function cors(
  handle: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method === "OPTIONS") {
      return new Response(null, { status: 204, headers: PREFLIGHT });
    }
    const response = await handle(request);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(READABLE)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
}
