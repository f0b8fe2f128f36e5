/** The host's side of an isolate: starts it, hands it requests, and ends it. */
import type { Effect } from "./effect.ts";
import { Holdings } from "./holdings.ts";
import type {
  FromIsolate,
  IsolateStart,
  PortableRequest,
  PortableResponse,
  ToIsolate,
} from "./messages.ts";
import type { Verdict } from "./verdict.ts";
import { openWire } from "./wire.ts";

export interface IsolateOptions extends Omit<IsolateStart, "wire"> {
  /** Distinguishes the isolates of a run. */
  number: number;
  services: ReadonlyMap<string, string>;
  decide: (effect: Effect) => Verdict | Promise<Verdict>;
  onLog: (line: string) => void;
  /** Called when it has ended, for whatever reason. */
  onEnd: (isolate: Isolate) => void;
}

export interface Isolate {
  readonly slug: string;
  readonly number: number;
  readonly holdings: Holdings;
  readonly isDead: boolean;
  /** True while a request or a background promise is under way. */
  readonly isBusy: boolean;
  /** Resolves when it is no longer busy, or is dead. */
  idle(): Promise<void>;
  /** Rejects if the isolate dies in the meantime. */
  handle(request: PortableRequest): Promise<PortableResponse>;
  /** Ends it in the middle of whatever it does. Resolves when nothing that it began is under way any more. */
  kill(): Promise<void>;
}

/** Starts an isolate; rejects if its function does not load. */
export async function startIsolate(options: IsolateOptions): Promise<Isolate> {
  const { number, services, decide, onLog, onEnd, ...start } = options;
  const holdings = new Holdings();
  const waiting = new Map<number, PromiseWithResolvers<PortableResponse>>();
  let background = 0;
  let requests = 0;
  let ended: Promise<void> | undefined;
  let calm = Promise.withResolvers<void>();

  const wire = await openWire({
    slug: start.slug,
    isolate: number,
    services,
    decide: (effect) => {
      holdings.noteRequest(effect);
      return decide(effect);
    },
    onAnswer: (effect, status, body) => holdings.noteAnswer(effect, status, body),
    kill: () => void isolate.kill(),
  });
  const worker = new Worker(new URL("./isolate.ts", import.meta.url), { type: "module" });
  // An error that is not caught in the isolate ends it, and must not end the host.
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    onLog(`uncaught: ${event.message}`);
    isolate.kill();
  });
  const { port1: port, port2 } = new MessageChannel();
  const ready = Promise.withResolvers<void>();

  const settle = () => {
    if (isolate.isBusy) return;
    calm.resolve();
    calm = Promise.withResolvers();
  };
  port.onmessage = (event) => {
    const message: FromIsolate = event.data;
    switch (message.type) {
      case "ready":
        return ready.resolve();
      case "broken":
        return ready.reject(new Error(message.reason));
      case "response":
        waiting.get(message.id)?.resolve(message.response);
        waiting.delete(message.id);
        break;
      case "background":
        background = message.running;
        break;
      case "log":
        return onLog(message.line);
    }
    settle();
  };

  async function end(): Promise<void> {
    worker.terminate();
    port.close();
    const dead = new Error(`Isolate ${number} of ${start.slug} is dead`);
    ready.reject(dead);
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
    background = 0;
    settle();
    onEnd(isolate);
    await wire.cut();
  }

  const isolate: Isolate = {
    slug: start.slug,
    number,
    holdings,
    get isDead() {
      return ended !== undefined;
    },
    get isBusy() {
      return background > 0 || waiting.size > 0;
    },
    async idle() {
      while (isolate.isBusy) await calm.promise;
    },
    handle(request) {
      if (isolate.isDead) return Promise.reject(new Error(`Isolate ${number} is dead`));
      const answer = Promise.withResolvers<PortableResponse>();
      const id = requests++;
      waiting.set(id, answer);
      const message: ToIsolate = { type: "request", id, request };
      port.postMessage(message);
      return answer.promise;
    },
    kill: () => ended ??= end(),
  };

  worker.postMessage({ ...start, wire: wire.url } satisfies IsolateStart, [port2]);
  try {
    await ready.promise;
    return isolate;
  } catch (error) {
    await isolate.kill();
    throw error;
  }
}
