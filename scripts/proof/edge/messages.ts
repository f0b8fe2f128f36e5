/** What an isolate and its host say to each other. */
import type { Release } from "./release.ts";

/** Tells the wire which origin a request is meant for. */
export const ORIGIN_HEADER = "x-wire-origin";

/** First message to an isolate; it brings the port for all others. */
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
  /** Waits and time-outs are divided by this number. */
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
