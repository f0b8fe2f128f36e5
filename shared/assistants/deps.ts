/** What the sync engine works with: ports and values, so that every effect can be replaced at the wire. */
import type { Db } from "../db.ts";
import type { Log } from "../log.ts";
import type { Recorder } from "../metrics/recorder.ts";
import type { Sleep } from "../retry.ts";
import type { Vapi } from "../vapi/port.ts";
import type { CatalogueTool } from "./catalogue.ts";
import type { Webhook } from "./settings.ts";

export interface SyncDeps {
  db: Db;
  vapi: Vapi;
  catalogue: readonly CatalogueTool[];
  /** Where Vapi sends the events of a call, and with which secret. */
  webhook: Webhook;
  /** How a changed tool reaches Vapi: as a new tool that replaces the old one, or by a PATCH of the old one. */
  strategy: "replace" | "in_place";
  /** Jobs of a lane at one time. */
  concurrency: number;
  log: Log;
  /** Keeps what attempts at jobs did. */
  recorder?: Pick<Recorder, "trace">;
  /** Milliseconds of this worker's clock; only differences count, points in time come from the database. */
  now: () => number;
  sleep: Sleep;
  /** How long this isolate has been running its code: an older deployment's must not turn the registry back. */
  uptimeSeconds: () => number;
}
