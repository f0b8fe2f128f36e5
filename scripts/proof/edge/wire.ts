/**
 * The wire that carries all requests of one isolate to the database and to every service. Its holder sees each effect before it happens,
 * and decides whether it happens and whether the isolate learns of it.
 */
import {
  createServer,
  type IncomingMessage,
  request as startRequest,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { type Effect, effectName } from "./effect.ts";
import { ORIGIN_HEADER } from "./messages.ts";
import type { Verdict } from "./verdict.ts";

export interface WireOptions {
  slug: string;
  isolate: number;
  /** Origin → name of the service. */
  services: ReadonlyMap<string, string>;
  /** Called before each effect; a promise delays it. */
  decide: (effect: Effect) => Verdict | Promise<Verdict>;
  /** Called with each answer of a service, whether or not the isolate gets it. */
  onAnswer: (effect: Effect, status: number, body: string) => void;
  /** Ends the isolate. */
  kill: () => void;
}

export interface Wire {
  readonly url: string;
  /** From now on nothing passes. Resolves when everything that passed before has been answered. */
  cut(): Promise<void>;
}

export async function openWire(options: WireOptions): Promise<Wire> {
  const underWay = new Set<Promise<void>>();
  let isCut = false;

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.socket?.destroy());
  });
  server.keepAliveTimeout = 0;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const effect = await readEffect(incoming, options);
    const verdict = isCut ? "cut-before" : await options.decide(effect);
    if (isCut || outgoing.socket?.destroyed) return void outgoing.socket?.destroy();
    switch (verdict) {
      case "pass":
        return await happen(incoming, effect, { outgoing, isTold: true });
      case "kill-before":
        return options.kill();
      case "cut-before":
        return await breakOff(outgoing);
      case "kill-after":
        await happen(incoming, effect, { outgoing, isTold: false });
        return options.kill();
      case "cut-after":
        await happen(incoming, effect, { outgoing, isTold: false });
        return await breakOff(outgoing);
    }
  }

  async function happen(
    incoming: IncomingMessage,
    effect: Effect,
    whom: Omit<PassOptions, "onAnswer">,
  ): Promise<void> {
    const passed = pass(incoming, effect, { ...whom, onAnswer: options.onAnswer });
    underWay.add(passed);
    await passed.finally(() => underWay.delete(passed));
  }

  const { promise: port, resolve } = Promise.withResolvers<number>();
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    resolve(address !== null && typeof address === "object" ? address.port : 0);
  });
  return {
    url: `http://127.0.0.1:${await port}`,
    async cut() {
      isCut = true;
      server.close();
      server.closeAllConnections();
      await Promise.all(underWay);
    },
  };
}

async function readEffect(
  incoming: IncomingMessage,
  { slug, isolate, services }: WireOptions,
): Promise<Effect> {
  const body = await buffer(incoming);
  const { method = "GET", url = "/" } = incoming;
  const path = url.split("?", 1)[0] ?? url;
  const service = services.get(originOf(incoming)) ?? "unknown";
  const name = effectName(service, method, path);
  return { slug, isolate, service, method, path, name, body: body.toString() };
}

/** Set again for the next hop. Without `accept-encoding`, answers arrive uncompressed. */
const HOP_BY_HOP = [
  ...[ORIGIN_HEADER, "host", "connection", "content-length", "transfer-encoding"],
  "accept-encoding",
];

interface PassOptions extends Pick<WireOptions, "onAnswer"> {
  outgoing: ServerResponse;
  /** Whether the sender gets the answer. */
  isTold: boolean;
}

/** Makes the request and passes its answer on as it comes, with all its faults. */
function pass(
  incoming: IncomingMessage,
  effect: Effect,
  { onAnswer, outgoing, isTold }: PassOptions,
): Promise<void> {
  return new Promise((resolve) => {
    const headers = { ...incoming.headers };
    for (const name of HOP_BY_HOP) delete headers[name];
    const upstream = startRequest(`${originOf(incoming)}${incoming.url}`, {
      agent: false,
      method: effect.method,
      headers,
    });
    const fail = () => {
      if (isTold) breakOff(outgoing).then(resolve);
      else resolve();
    };
    upstream.on("error", fail);
    upstream.on("close", resolve);
    upstream.on("response", (answer) => {
      const chunks: Uint8Array[] = [];
      const status = answer.statusCode ?? 502;
      const { connection: _, ...headers } = answer.headers;
      if (isTold) outgoing.writeHead(status, headers);
      answer.on("data", (chunk: Uint8Array) => {
        chunks.push(chunk);
        if (isTold) outgoing.write(chunk);
      });
      answer.on("end", () => {
        onAnswer(effect, status, new TextDecoder().decode(concat(chunks)));
        if (isTold) outgoing.end();
        resolve();
      });
      answer.on("aborted", () => {
        if (isTold) outgoing.socket?.destroy();
        resolve();
      });
      answer.on("error", () => {});
    });
    // A service that holds a request for ever releases it when its caller leaves; a transaction continues.
    if (effect.service !== "db") outgoing.once("close", () => upstream.destroy());
    upstream.end(effect.body);
  });
}

/** Breaks the connection after a line that is not HTTP, because with no byte at all `fetch` may send the request again by itself. */
async function breakOff({ socket }: ServerResponse): Promise<void> {
  if (socket === null || socket.destroyed) return;
  await new Promise<void>((resolve) => socket.write("lost\r\n\r\n", () => resolve()));
  socket.destroy();
}

function originOf(incoming: IncomingMessage): string {
  const origin = incoming.headers[ORIGIN_HEADER];
  if (typeof origin !== "string") throw new TypeError("The request names no origin");
  return origin;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
