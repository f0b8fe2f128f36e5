/** What the console's page may load and connect to: itself and one project. */

/** Without a project's URL any project may be configured at run time, so connections to any are allowed. */
export function csp(projectUrl?: string): string {
  const local = ["127.0.0.1", "localhost"].flatMap((
    host,
  ) => [`http://${host}:*`, `ws://${host}:*`]);
  const project = projectUrl === undefined
    ? ["https:", "wss:", ...local]
    : [new URL(projectUrl).origin, new URL(projectUrl).origin.replace(/^http/, "ws")];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${project.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The file `_headers` that Netlify and Cloudflare Pages read; it contains only what a page cannot declare itself. */
export function hostHeaders(policy: string): string {
  return [
    "/*",
    `  Content-Security-Policy: ${policy}; frame-ancestors 'none'`,
    "  X-Content-Type-Options: nosniff",
    "  Referrer-Policy: no-referrer",
    "  Cache-Control: no-cache",
    "",
  ].join("\n");
}
