/** What goes wrong during a storm, decided by a seed: at Vapi and the other services, in pg_net, on every connection. */
import { setTimeout as delay } from "node:timers/promises";
import type { Effect } from "../edge/effect.ts";
import type { Verdict } from "../edge/verdict.ts";
import { type Fault, faultName } from "../../local/double/faults.ts";
import { withSql } from "../../local/sql.ts";
import type { Platform } from "../platform.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";

/** Every way in which Vapi has been seen to fail. */
const VAPI_FAULTS: readonly Fault[] = [
  { status: 429 },
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { status: 500, afterEffect: true },
  { status: 502, html: true },
  { status: 502, html: true, afterEffect: true },
  "timeout-before-effect",
  "timeout-after-effect",
  "dropped",
  "lost-answer",
  "truncated-json",
  "cut-body",
  { slowBodyMs: 200 },
];

const OTHER_FAULTS: readonly Fault[] = [
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { status: 500, afterEffect: true },
  "dropped",
  "lost-answer",
];

/**
 * What can be left out of a storm: Vapi, the other services, pg_net, deaths of isolates, lost connections, late workers, a database that is
 * unreachable for some seconds, and one that crashes.
 */
export const FAULT_KINDS = [
  "vapi",
  "services",
  "pg_net",
  "kills",
  "cuts",
  "stalls",
  "outages",
  "postgres",
] as const;
export type FaultKind = typeof FAULT_KINDS[number];

/** The probability of each, per request. */
const VAPI_FAULT = 0.08;
const OTHER_FAULT = 0.05;
const KILL = 0.015;
const CUT = 0.02;
const STALL = 0.03;

/** Calls that end a job: their caller is finished with every other service. */
const FINAL_RPCS: readonly string[] = [
  "rpc complete_agent_syncs",
  "rpc complete_calendar_event",
  "rpc complete_email",
  "rpc complete_job",
  "rpc complete_tool_deletion",
  "rpc complete_sms",
  "rpc fail_job",
];
const STALL_MS = 150;

export interface WeatherOptions {
  random: Random;
  /** Counts each fault by name. */
  faults: Tally;
  /** The others are also decided and then skipped, so that the same seed continues with the same numbers. */
  kinds: ReadonlySet<FaultKind>;
  /** The superuser's. */
  serverUrl: string;
}

export interface Weather {
  /** Once in a while: something happens to pg_net, or to the connection to the database. */
  disturb(): void;
  /** No new faults from here on. */
  clear(): void;
}

/** Begins. */
export function stormOver(
  platform: Platform,
  { random, faults, kinds, serverUrl }: WeatherOptions,
): Weather {
  const { stack, edge } = platform;
  const { twilio, google, resend } = stack.integrations;
  const take = (fault: Fault, service: string): Fault | null => {
    if (!kinds.has(service === "Vapi" ? "vapi" : "services")) return null;
    faults.add(`${service}: ${faultName(fault)}`);
    return fault;
  };

  stack.vapi.faults.decide(() =>
    random.chance(VAPI_FAULT) ? take(random.pick(VAPI_FAULTS), "Vapi") : null
  );
  for (const [name, double] of Object.entries({ Twilio: twilio, Google: google, Resend: resend })) {
    double.faults.decide(() =>
      random.chance(OTHER_FAULT) ? take(random.pick(OTHER_FAULTS), name) : null
    );
  }
  let isAwayUntil = 0;
  edge.decide = (effect) => {
    if (effect.service === "db" && performance.now() < isAwayUntil) return "cut-before";
    const verdict = verdictOn(random);
    if (verdict !== "pass") {
      const isKill = verdict.startsWith("kill");
      if (!kinds.has(isKill ? "kills" : "cuts")) return "pass";
      faults.add(`${isKill ? "isolate" : "connection"}: ${verdict}`);
      return verdict;
    }
    if (!FINAL_RPCS.includes(effect.name) || !random.chance(STALL) || !kinds.has("stalls")) {
      return "pass";
    }
    faults.add("isolate: stalls until its lease has run out");
    return stall(platform, effect);
  };

  return {
    disturb() {
      const outage = random.weighted({ none: 30, away: 2, disconnected: 1 });
      const seconds = 1 + random.below(5);
      if (outage !== "none" && kinds.has("outages")) {
        faults.add(`database: ${outage}`);
        if (outage === "away") isAwayUntil = performance.now() + seconds * 1000 / edge.timesFaster;
        else disconnectPostgrest(serverUrl).catch(() => {});
      }
      const disturbance = random.weighted({
        none: 6,
        drop: 3,
        double: 3,
        failNextBatch: 1,
        crash: 1,
      });
      if (disturbance === "none" || !kinds.has("pg_net")) return;
      faults.add(`pg_net: ${disturbance}`);
      Promise.resolve(platform.net[disturbance]()).catch(() => {});
    },
    clear() {
      stack.vapi.faults.clear();
      for (const double of [twilio, google, resend]) double.faults.clear();
      isAwayUntil = 0;
      edge.decide = () => "pass";
    },
  };
}

/** Ends every session of PostgREST, as the failover of a pooler or a database does. It reconnects by itself. */
async function disconnectPostgrest(serverUrl: string): Promise<void> {
  await withSql(
    serverUrl,
    (sql) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'PostgREST%'`,
  );
}

function verdictOn(random: Random): Verdict {
  if (random.chance(KILL)) return random.pick(["kill-before", "kill-after"]);
  if (random.chance(CUT)) return random.pick(["cut-before", "cut-after"]);
  return "pass";
}

/**
 * The worker wakes up so late that its job has been given to another one. Only the jobs that it is ending: others of the same claim may
 * have a request under way, for which their time limit is far shorter than a lease.
 */
async function stall(platform: Platform, { body }: Effect): Promise<Verdict> {
  const idsOf = (name: RegExp) => [...body.matchAll(name)].flatMap((match) => match[1] ?? []);
  const jobs = idsOf(/"(?:jobId|p_job_id)":"([0-9a-f-]{36})"/g);
  const tokens = idsOf(/"(?:leaseToken|p_lease_token)":"([0-9a-f-]{36})"/g);
  await platform.withSql((sql) =>
    sql`
    update jobs set lease_until = now() - interval '1 second'
    where status = 'running' and id = any (${jobs}::uuid[]) and lease_token = any (${tokens}::uuid[])`
  );
  await delay(STALL_MS);
  return "pass";
}
