/**
 * The background worker of the pg_net stand-in: sends what committed transactions have queued.
 *
 * Like the real one: batches of 200 in order of id; a batch ends when its slowest request ends, and
 * nothing else leaves meanwhile; a time-out gives up waiting but doesn't stop the callee; a header
 * whose value is null is dropped; a failing worker sends its whole batch again; a crash empties both
 * tables. Unlike the real one it leaves no pause between batches (about 1 s there), unless `pace` says so.
 */

import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { send } from "./send.ts";

export type SentRequest = {
  readonly id: number;
  readonly method: string;
  readonly url: string;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
};

export type PgNet = {
  /** The next n requests vanish: they are neither sent nor answered. */
  drop(n?: number): void;
  /** Every later request to that function vanishes. */
  ignore(slug: string): void;
  /** Sends the next n requests twice. */
  double(n?: number): void;
  /** Sends the next batch and then fails, so that the whole batch is sent again. */
  failNextBatch(): void;
  /** Deletes everything queued or answered, and starts ids at 1 again. */
  crash(): Promise<void>;
  /** Leaves requests in the queue until resume(). */
  pause(): void;
  resume(): void;
  /** Pauses this many milliseconds between two batches from now on; the real one pauses about 1,000. */
  pace(ms: number): void;
  /** Resolves when the queue is empty and every answer is stored. */
  idle(): Promise<void>;
  /** Everything that has been sent, oldest first. */
  sent(): SentRequest[];
  close(): Promise<void>;
};

type QueueRow = {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string | null> | null;
  body: Uint8Array | null;
  timeout_milliseconds: number;
};

/** Starts the worker on a database with the extension; `url` is the superuser's. */
export async function startPgNet({ url, onError, batchSize = 200, ttlHours = 6 }: {
  url: string;
  /** Called with a failure, such as a lost connection; the worker tries again when it is woken. */
  onError: (error: unknown) => void;
  batchSize?: number;
  ttlHours?: number;
}): Promise<PgNet> {
  const sql = postgres(url, {
    max: 2,
    onnotice: () => {},
    connection: { application_name: "pg_net worker" },
  });
  const connect = async () => {
    const connection = await sql.reserve();
    await connection`select pg_advisory_lock(770001)`;
    return connection;
  };
  let session: postgres.ReservedSql | undefined = await connect();

  const sent: SentRequest[] = [];
  const faults = { drop: 0, double: 0, failBatch: false };
  const ignored = new Set<string>();
  let paused = false;
  let closed = false;
  let paceMs = 0;
  const closing = new AbortController();
  let awaken = false;
  let running: Promise<void> | undefined;

  const deliver = async (row: QueueRow) => {
    if (ignored.has(row.url.split("/").at(-1) ?? "")) return;
    if (faults.drop > 0) return void faults.drop--;
    const copies = faults.double > 0 ? 2 : 1;
    if (copies === 2) faults.double--;
    const answers = await Promise.all(
      Array.from({ length: copies }, () => send(row, closing.signal)),
    );
    for (const { status } of answers) {
      sent.push({ id: Number(row.id), method: row.method, url: row.url, status });
    }
    return answers[0];
  };

  /** One batch in one transaction; false when there was nothing to do. */
  const batch = async (): Promise<boolean> => {
    const connection = session ??= await connect();
    await connection`begin`;
    try {
      const rows = await connection<QueueRow[]>`
        with batch as (
          delete from net.http_request_queue
          where id in (select id from net.http_request_queue order by id limit ${batchSize})
          returning *
        )
        select * from batch order by id`;
      const answers = await Promise.all(rows.map(deliver));
      if (rows.length > 0 && faults.failBatch) {
        faults.failBatch = false;
        throw new InjectedFailure();
      }
      for (const [index, answer] of answers.entries()) {
        if (!answer) continue;
        await connection`
          insert into net._http_response
            (id, status_code, content_type, headers, content, timed_out, error_msg)
          values (
            ${rows[index]?.id ?? null}, ${answer.status}, ${answer.contentType},
            ${answer.headers}::text::jsonb, ${answer.content}, ${answer.timedOut}, ${answer.error}
          )`;
      }
      await connection`
        delete from net._http_response where created < now() - make_interval(hours => ${ttlHours})`;
      await connection`commit`;
      return rows.length > 0;
    } catch (error) {
      if (!(error instanceof InjectedFailure)) throw error;
      await connection`rollback`;
      return true;
    }
  };

  const drain = async () => {
    do {
      awaken = false;
      while (!paused && !closed && await batch()) {
        if (paceMs > 0) await delay(paceMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    } while (awaken && !paused && !closed);
  };
  const fail = (error: unknown) => {
    session = undefined;
    if (!closed) onError(error);
  };
  const wake = () => {
    awaken = true;
    if (!paused && !closed) running ??= drain().catch(fail).finally(() => running = undefined);
  };

  let crashing: Promise<void> | undefined;
  const crash = async () => {
    const before = paused;
    paused = true;
    try {
      await running;
      await sql`
        truncate net.http_request_queue, net._http_response restart identity`;
    } finally {
      paused = before;
    }
    wake();
  };

  let ended: Promise<void> | undefined;
  const end = async () => {
    closed = true;
    closing.abort();
    await running;
    session?.release();
    await sql.end();
  };

  await sql.listen("pg_net", wake);
  wake();
  return {
    drop: (n = 1) => void (faults.drop += n),
    ignore: (slug) => void ignored.add(slug),
    double: (n = 1) => void (faults.double += n),
    failNextBatch: () => void (faults.failBatch = true),
    crash: () => crashing ??= crash().finally(() => crashing = undefined),
    pace: (ms) => void (paceMs = ms),
    pause: () => void (paused = true),
    resume: () => {
      paused = false;
      wake();
    },
    idle: async () => {
      do {
        wake();
        await running;
      } while (awaken && !paused && !closed);
    },
    sent: () => [...sent],
    close: () => ended ??= end(),
  };
}

class InjectedFailure extends Error {}
