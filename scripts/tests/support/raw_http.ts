/** Requests that no well-behaved client sends. */

const TIMEOUT_MS = 10_000;

export interface RawAnswer {
  status: number;
  /** Everything, as received. */
  text: string;
}

/** Sends these header lines as they are, even a repeated header. */
export async function askRaw(
  url: string,
  { method = "GET", headers }: { method?: string; headers: readonly string[] },
): Promise<RawAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const timer = setTimeout(() => connection.close(), TIMEOUT_MS);
  try {
    const head = [
      `${method} ${pathname}${search} HTTP/1.1`,
      `Host: ${hostname}`,
      ...headers,
      "Connection: close",
    ];
    await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
    // Reading to its end closes the connection.
    const text = await new Response(connection.readable).text();
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text };
  } finally {
    clearTimeout(timer);
  }
}
