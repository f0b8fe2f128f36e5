/**
 * metrics: the platform's figures for Prometheus. Everything comes from the database, so every isolate reports the same.
 *
 * A scraper authenticates with the metrics' own token as a bearer token, the one proof that every Prometheus can send; or with a
 * secret key, sent the same way or in `apikey`.
 */
import { inBackground, secret, serve, type Served } from "../../shared/http/serve.ts";
import type { Db } from "../../shared/db.ts";
import type { MetricsEnv, SupabaseEnv } from "../../shared/env/env.ts";
import type { Log } from "../../shared/log.ts";
import { CONTENT_TYPE, expose, type Metric, metricsSchema } from "./exposition.ts";

export interface MetricsDeps {
  env: Pick<SupabaseEnv, "secretKeys"> & MetricsEnv;
  db: Pick<Db, "rpc">;
  log: Log;
  /** Wakes workers that the database should have woken. Never rejects. */
  wakeIdle: (metrics: readonly Metric[]) => Promise<void>;
}

export function serveMetrics({ env, db, log, wakeIdle }: MetricsDeps): Served {
  const { secretKeys, metricsToken } = env;
  const bearerTokens = metricsToken === undefined ? secretKeys : [metricsToken, ...secretKeys];
  const frame = {
    auth: secret(env, { bearerTokens }),
    methods: ["GET"],
    log,
    refusal: "metrics_refused",
  };
  return serve(frame, async () => {
    const metrics = metricsSchema.parse(await db.rpc("metrics", {}));
    inBackground(wakeIdle(metrics));
    return new Response(expose(metrics), {
      headers: { "content-type": CONTENT_TYPE, "cache-control": "no-store" },
    });
  });
}
