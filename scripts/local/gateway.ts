/**
 * The one address of a stack, with the routes of a hosted project: `/rest/v1` (PostgREST),
 * `/auth/v1`, `/realtime/v1/websocket` and `/functions/v1/<slug>`. Bodies stream through; it costs about 0.1 ms a request.
 *
 * API keys are mapped as hosted: `apikey: sb_…` becomes a token of its role for PostgREST, unless the request brings a user's token.
 * Functions get their headers unchanged: unlike the CLI's local stack, no token is made up for them, so that what works here works hosted.
 */

import { createLocalJWKSet, jwtVerify } from "jose";
import type { Auth } from "./auth.ts";
import type { FunctionConfig } from "./config.ts";
import { forward } from "./forward.ts";
import type { Functions } from "./functions.ts";
import type { Keys } from "./keys.ts";
import { OPENAPI_PATH, serveOpenapi } from "./openapi.ts";
import { platformError } from "./platform_error.ts";
import type { Realtime } from "./realtime/server.ts";

export type GatewayRoutes = {
  readonly keys: Keys;
  /** Of PostgREST; undefined if none runs. */
  readonly restUrl: string | undefined;
  readonly auth: Auth;
  readonly realtime: Realtime;
  readonly functions: Functions;
  readonly functionConfig: (slug: string) => FunctionConfig;
  /** What the stack offers besides a hosted project's routes; null for anything else. */
  readonly extra?: (request: Request) => Promise<Response> | Response | null;
};

export type Gateway = {
  readonly url: string;
  /** Sets where requests go; earlier ones wait for it. */
  open(routes: GatewayRoutes): Promise<void>;
  close(): Promise<void>;
};

type Handler = (request: Request) => Promise<Response>;

/** Listens at once, so that the parts that are started next know the address. */
export function startGateway(options: { port?: number } = {}): Gateway {
  const opened = Promise.withResolvers<Handler>();
  let handler: Handler = async (request) => (await opened.promise)(request);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {}, onError: unavailable },
    (request) => handler(request),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    open: async (routes) => {
      handler = await createHandler(routes);
      opened.resolve(handler);
    },
    close: () => server.shutdown(),
  };
}

async function createHandler(routes: GatewayRoutes): Promise<Handler> {
  const { keys, restUrl, auth, realtime, functions, functionConfig } = routes;
  const tokens = await roleTokens(keys);
  const jwks = createLocalJWKSet(keys.jwks);

  const rest = (request: Request, url: URL): Promise<Response> | Response => {
    const target = `${restUrl}${url.pathname.slice("/rest/v1".length) || "/"}${url.search}`;
    const headers = new Headers(request.headers);
    if (request.method !== "OPTIONS") {
      const apiKey = headers.get("apikey") ?? url.searchParams.get("apikey");
      const token = tokens.get(apiKey ?? "");
      if (token === undefined) return apiKey ? invalidKey() : missingKey();
      const bearer = headers.get("authorization");
      if (!bearer || bearer === `Bearer ${apiKey}`) headers.set("authorization", `Bearer ${token}`);
    }
    return restUrl === undefined ? noDataApi() : forward(request, target, headers);
  };

  const callFunction = async (request: Request, url: URL): Promise<Response> => {
    const target = url.pathname.slice("/functions/v1".length);
    const slug = target.split("/")[1] ?? "";
    const { enabled, verifyJwt } = functionConfig(slug);
    if (!enabled || !(await functions.exists(slug))) {
      return platformError(404, "NOT_FOUND", `Requested function was not found: ${slug}`);
    }
    if (verifyJwt && request.method !== "OPTIONS") {
      const token = /^bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      if (!token) {
        return platformError(401, "UNAUTHORIZED_NO_AUTH_HEADER", "Missing authorization header");
      }
      const valid = await jwtVerify(token, jwks).then(() => true, () => false);
      if (!valid) return platformError(401, "UNAUTHORIZED_INVALID_JWT_FORMAT", "Invalid JWT");
    }
    return functions.handle(slug, request, `${target}${url.search}`);
  };

  const callAuth = (request: Request, url: URL): Promise<Response> | Response => {
    const path = url.pathname.slice("/auth/v1".length);
    const apiKey = request.headers.get("apikey");
    // People follow a link in a mail without a key.
    if (!path.startsWith("/.well-known/") && path !== "/health" && path !== "/verify") {
      if (!apiKey) return missingKey();
      if (!tokens.has(apiKey)) return invalidKey();
    }
    return auth(request, path, apiKey === keys.secretKey);
  };

  const callRealtime = (request: Request, url: URL): Response => {
    const apiKey = url.searchParams.get("apikey") ?? request.headers.get("apikey");
    if (!apiKey) return missingKey();
    if (!tokens.has(apiKey)) return invalidKey();
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return platformError(426, "UPGRADE_REQUIRED", "This is an address for websockets");
    }
    return realtime.connect(request);
  };

  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/functions/v1/")) return await callFunction(request, url);
    if (/^\/rest\/v1(\/|$)/.test(url.pathname)) return await rest(request, url);
    if (url.pathname.startsWith("/auth/v1/")) {
      return await withCors(request, () => callAuth(request, url));
    }
    if (url.pathname === OPENAPI_PATH) return await serveOpenapi(url.origin);
    if (url.pathname === "/realtime/v1/websocket") return callRealtime(request, url);
    return await routes.extra?.(request) ??
      platformError(404, "NOT_FOUND", `No route for ${url.pathname}`);
  };
}

const DAY_SECONDS = 86_400;

/**
 * Tokens of the roles that the two API keys represent. Issued before the stack was, as a project's are, so that they are valid on a machine
 * whose clock is set back, and for longer than any stack lives.
 */
async function roleTokens(keys: Keys): Promise<Map<string, string>> {
  const iat = Math.floor(Date.now() / 1000) - DAY_SECONDS;
  const token = (role: string) =>
    keys.signJwt({ iss: "supabase", role, iat, exp: iat + 10 * 365 * DAY_SECONDS });
  return new Map([
    [keys.publishableKey, await token("anon")],
    [keys.secretKey, await token("service_role")],
  ]);
}

/** PostgREST and the functions answer preflights themselves; for auth the gateway does. */
async function withCors(
  request: Request,
  answer: () => Promise<Response> | Response,
): Promise<Response> {
  const response = request.method === "OPTIONS"
    ? new Response(null, { status: 204 })
    : await answer();
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  response.headers.set(
    "access-control-allow-headers",
    request.headers.get("access-control-request-headers") ?? "*",
  );
  return response;
}

function missingKey(): Response {
  const hint = "No `apikey` request header or url param was found.";
  return Response.json({ message: "No API key found in request", hint }, { status: 401 });
}

function invalidKey(): Response {
  const hint = "Double check your API key.";
  return Response.json({ message: "Invalid API key", hint }, { status: 401 });
}

/** PostgREST's answer while it has no schema. */
function noDataApi(): Response {
  const message = "Could not query the database for the schema cache. Retrying.";
  return Response.json({ code: "PGRST002", details: null, hint: null, message }, { status: 503 });
}

/** The service behind a route does not answer, as when the stack is being closed. */
function unavailable(error: unknown): Response {
  const message = error instanceof Error ? error.message : String(error);
  return platformError(502, "BAD_GATEWAY", message);
}
