/**
 * Public-looking host → base URL on loopback. Vapi takes only https URLs with a public host, so the embedded stack registers its tools at
 * such a host (backend.example.test), and this map, the one place that knows it, leads the double's webhooks to where the functions really
 * listen. May be filled after the start.
 */
export type PublicHosts = Map<string, string>;

/**
 * Where to send a webhook for `url`: to loopback, or null, because a double never talks to the outside.
 */
export function loopbackUrl(hosts: PublicHosts, url: string): string | null {
  const target = new URL(url);
  const base = hosts.get(target.host);
  if (base !== undefined) {
    return `${base.replace(/\/$/, "")}${target.pathname}${target.search}`;
  }
  return ["127.0.0.1", "localhost", "[::1]"].includes(target.hostname) ? url : null;
}
