/** What an isolate and its host say to each other. */
import type { Release } from "./release.ts";

/** Carries the origin that a request is meant for to the wire. */
export const ORIGIN_HEADER = "x-wire-origin";

/** First message to an isolate; the port for all others comes with it. */
export interface IsolateStart {
  slug: string;
  /** URL of the function's `index.ts`. */
  entry: string;
  env: Record<string, string>;
  /** Base URL of its wire: every HTTP request of the isolate leaves through it. */
  wire: string;
  /** Public-looking host → base URL on loopback. */
  publicHosts: Record<string, string>;
  release: Release;
  /** Waits and time-outs last a so-many-th of what the code says. */
  timesFaster: number;
}

export interface PortableRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

export interface PortableResponse {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
}

export type ToIsolate = { type: "request"; id: number; request: PortableRequest };

export type FromIsolate =
  | { type: "ready" }
  | { type: "broken"; reason: string }
  | { type: "response"; id: number; response: PortableResponse }
  /** How many promises were given to `EdgeRuntime.waitUntil` and have not settled. */
  | { type: "background"; running: number }
  | { type: "log"; line: string };
