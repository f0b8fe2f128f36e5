/** An HTTP server that pg_net can call, with a log of its requests and answers that a test controls. */

export type ReceivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Callee = {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Requests to this path get no answer until the returned function is called. */
  hold(path: string): () => void;
  close(): Promise<void>;
};

export function startCallee(): Callee {
  const received: ReceivedRequest[] = [];
  const held = new Map<string, Promise<void>>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      received.push({
        method: request.method,
        path: pathname + search,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      await held.get(pathname);
      return Response.json({ path: pathname }, { status: pathname === "/teapot" ? 418 : 200 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    hold: (path) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(path, promise);
      return () => {
        held.delete(path);
        resolve();
      };
    },
    close: () => server.shutdown(),
  };
}
