/**
 * Measurements that only a function can make, on their way to the database: kept in memory and written in batches, in the
 * background, so that none costs anybody a round trip. An isolate that is killed loses a few seconds' worth.
 */
import type { VapiAttempt } from "../vapi/client.ts";
import { inBackground } from "../http/serve.ts";
import type { Db } from "../db.ts";
import type { JsonObject } from "../json.ts";
import type { Log } from "../log.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Recorder {
  /**
   * Records an event of a metric that the database knows (see private.metrics). Labels must take few values, all of them ours:
   * each combination is a series for ever.
   */
  record(metric: string, labels: Labels, seconds: number): void;
  /** Records that a call with this definition of a tool (its hash) failed. */
  blame(definition: string): void;
  /** Records what an attempt at a job did: see private.attempts. */
  trace(attempt: JsonObject): void;
  /** Writes everything recorded, in one request, if there is anything. Never throws: what cannot be written now is kept. */
  flush(): Promise<void>;
}

/** The same function; after each request, what was recorded is written in the background. */
export function flushAfter<Args extends unknown[], Result>(
  recorder: Recorder,
  work: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return (...args) => work(...args).finally(() => inBackground(recorder.flush()));
}

export interface RecorderOptions {
  db: Pick<Db, "rpc">;
  log: Log;
  /** Milliseconds; only differences count. */
  now?: () => number;
}

interface Series {
  metric: string;
  labels: Record<string, string>;
  amounts: number[];
}

/** Long-running work writes this often while it runs, because alerts cannot wait until it ends. */
const FLUSH_AFTER_MS = 10_000;

/** If the database is away for long, the oldest figures are dropped: they are missed least. */
const MAX_EVENTS = 5_000;

export function createRecorder({ db, log, now = Date.now }: RecorderOptions): Recorder {
  let kept = new Map<string, Series>();
  let errors: Record<string, number> = {};
  let attempts: JsonObject[] = [];
  let events = 0;
  let lastFlush = now();
  let flushing: Promise<void> | null = null;

  function keep({ metric, labels, amounts }: Series): void {
    const key = JSON.stringify([metric, labels]);
    const series = kept.get(key);
    if (series === undefined) kept.set(key, { metric, labels, amounts: [...amounts] });
    else series.amounts.push(...amounts);
    events += amounts.length;
  }

  async function write(): Promise<void> {
    const batch = [...kept.values()];
    const [blamed, traced] = [errors, attempts];
    kept = new Map();
    errors = {};
    attempts = [];
    events = 0;
    lastFlush = now();
    try {
      await db.rpc("record_measurements", {
        p_measurements: batch.map((series) => ({ ...series })),
        ...Object.keys(blamed).length > 0 && { p_errors: blamed },
        ...traced.length > 0 && { p_attempts: traced },
      });
    } catch (error) {
      log.warn("measurements_not_written", { error, series: batch.length });
      const count = batch.reduce((sum, { amounts }) => sum + amounts.length, events);
      if (count <= MAX_EVENTS) batch.forEach(keep);
    }
  }

  const recorder: Recorder = {
    record(metric, labels, seconds) {
      keep({ metric, labels: { ...labels }, amounts: [seconds] });
      if (now() - lastFlush >= FLUSH_AFTER_MS) inBackground(recorder.flush());
    },
    trace(attempt) {
      attempts.push(attempt);
      events++;
    },
    blame(definition) {
      errors[definition] = (errors[definition] ?? 0) + 1;
    },
    async flush() {
      await flushing;
      if (events === 0) return;
      flushing = write().finally(() => flushing = null);
      await flushing;
    },
  };
  return recorder;
}

/** An observer of the Vapi client that counts and times its attempts by operation and class of status. */
export function recordVapiRequests(
  recorder: Pick<Recorder, "record" | "flush">,
): (attempt: VapiAttempt) => void {
  return ({ operation, status, code, ms, attempt }) => {
    // We gave up ourselves: that says nothing about Vapi.
    if (code === "aborted") return;
    recorder.record("vapi_request_seconds", { operation, status: classOf(status) }, ms / 1000);
    if (attempt > 1) recorder.record("vapi_retries", { operation }, ms / 1000);
  };
}

/** `2xx` and so on; `429` is separate, because it is about our pace; `none` without an answer. */
function classOf(status: number | null): string {
  if (status === null) return "none";
  return status === 429 ? "429" : `${Math.floor(status / 100)}xx`;
}

const WINDOW_MS = 10_000;
/** A flood is described well enough by its first hundred, and no one's requests may fill our memory or the database. */
const MAX_PER_WINDOW = 100;

/** Counts requests to a webhook without the right secret or signature, for the metric and the alert `webhooks_refused`. */
export function countStrangers(
  recorder: Pick<Recorder, "record">,
  fn: string,
  now: () => number = Date.now,
): () => void {
  let until = -Infinity;
  let left = 0;
  return () => {
    if (now() >= until) {
      until = now() + WINDOW_MS;
      left = MAX_PER_WINDOW;
    }
    if (left-- > 0) recorder.record("webhooks_refused", { function: fn }, 0);
  };
}
