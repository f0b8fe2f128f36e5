/** Why a request got no answer at all, for the person who gave the address. */

/** Names host and port, the reason and what to check: our own stack or project, unless `look` says otherwise. */
export function unreachable(url: string, error: unknown, look?: string): string {
  const said = error instanceof Error ? `${error.message} ${error.cause ?? ""}` : String(error);
  const [, reason, advice] = REASONS.find(([pattern]) => pattern.test(said)) ??
    ["", said.trim(), "is the URL right, and the network there?"];
  const { hostname, port, protocol } = new URL(url);
  const where = `${hostname}, port ${port || (protocol === "https:" ? "443" : "80")}`;
  const next = look ?? advice;
  return `Cannot reach ${where}: ${reason}. ${next[0]?.toUpperCase()}${next.slice(1)}`;
}

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /refused/i,
    "nothing listens there",
    "does it run (deno task dev), and is --url or SUPABASE_URL its address?",
  ],
  [
    /dns error|failed to lookup|name or service|no such host/i,
    "no machine has that name",
    "is the project's ref in --url or SUPABASE_URL right, the project not paused, and the network there?",
  ],
  [/unreachable|no route/i, "there is no way to it", "is the network there?"],
  [/timed? ?out/i, "it does not answer", "is the network there, and a proxy needed (HTTPS_PROXY)?"],
  [
    /certificate|tls/i,
    "its certificate is not trusted",
    "is --url right? A certificate of your own goes into DENO_CERT",
  ],
];
