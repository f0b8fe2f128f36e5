/**
 * A model of a rollout: every agent's assistant is read and written once at Vapi, after a changed definition or a migration.
 * It says how long that takes, what it uses of each limit, and which limit is met first.
 *
 * The worker is simulated as it works: it claims, keeps so many requests under way, stops when its time or its processor time
 * is used up, and calls a successor. Everything else follows by counting.
 */

/** What the installation is like. Defaults are assumptions or measurements; the sources stand in docs/scale.md. */
export interface Installation {
  agents: number;
  /** Round trip to Vapi, ms. */
  vapiLatencyMs: number;
  /** Requests to Vapi under way at one time (VAPI_MAX_CONCURRENCY). */
  concurrency: number;
  /** Requests per second that Vapi takes; Infinity: unknown, only latency and concurrency count. */
  vapiRequestsPerSecond: number;
  /** GET and PATCH. */
  requestsPerAgent: number;
  /** Processor time of a job in the worker, ms. */
  cpuPerJobMs: number;
  /** Kept of an assistant in a snapshot, bytes. */
  snapshotBytesPerAssistant: number;
  /** Database time of a job, ms: its share of a claim and of a batch of completions. */
  databasePerJobMs: number;
}

/** Documented limits of the platform. */
export interface Limits {
  /** Processor time per request of an edge function, ms. */
  cpuPerRequestMs: number;
  /** A worker stops itself at this much of it. */
  cpuBudgetMs: number;
  /** A worker starts jobs for so long, ms. */
  claimForMs: number;
  /** Memory of an isolate, bytes. */
  memoryBytes: number;
  /** Memory of an isolate that has done nothing yet, bytes. */
  baseMemoryBytes: number;
  /** Invocations per month that are included. */
  invocationsPerMonth: number;
  /** From a hand-over to the successor's first claim, ms. */
  handOverMs: number;
}

export const INSTALLATION: Installation = {
  agents: 100_000,
  vapiLatencyMs: 200,
  concurrency: 10,
  vapiRequestsPerSecond: Infinity,
  requestsPerAgent: 2,
  cpuPerJobMs: 2,
  snapshotBytesPerAssistant: 1_000,
  databasePerJobMs: 1,
};

export const LIMITS: Limits = {
  cpuPerRequestMs: 2_000,
  cpuBudgetMs: 1_200,
  claimForMs: 60_000,
  memoryBytes: 256e6,
  baseMemoryBytes: 60e6,
  invocationsPerMonth: 2_000_000,
  handOverMs: 1_100,
};

export interface Outlook {
  /** Until the last agent is relinked, seconds. */
  seconds: number;
  agentsPerSecond: number;
  /** Workers that follow one another. */
  workers: number;
  /** Share of each limit that is used; what is above 1 can't be done. */
  shares: Record<Wall, number>;
  /** What most of the time is spent on. */
  bottleneck: "Vapi's latency and our concurrency" | "Vapi's rate" | "hand-overs" | "the database";
  /** The limit that is used most. */
  firstWall: Wall;
}

export type Wall = "processor time" | "memory" | "invocations" | "database";

export function rollout(
  installation: Installation = INSTALLATION,
  limits: Limits = LIMITS,
): Outlook {
  const { agents, concurrency, vapiLatencyMs, requestsPerAgent } = installation;
  const byLatency = concurrency / (vapiLatencyMs * requestsPerAgent) * 1000;
  const byRate = installation.vapiRequestsPerSecond / requestsPerAgent;
  const byDatabase = 1000 / installation.databasePerJobMs;
  const perSecond = Math.min(byLatency, byRate, byDatabase);

  let left = agents;
  let workers = 0;
  let workingMs = 0;
  while (left > 0) {
    const byCpu = Math.floor(limits.cpuBudgetMs / installation.cpuPerJobMs);
    const byTime = Math.floor(limits.claimForMs / 1000 * perSecond);
    const done = Math.min(left, Math.max(1, Math.min(byCpu, byTime)));
    workingMs += done / perSecond * 1000;
    left -= done;
    workers++;
  }
  const handOverMs = (workers - 1) * limits.handOverMs;
  const seconds = (workingMs + handOverMs) / 1000;

  const snapshotBytes = agents * installation.snapshotBytesPerAssistant;
  const shares: Record<Wall, number> = {
    "processor time": limits.cpuBudgetMs / limits.cpuPerRequestMs,
    memory: (limits.baseMemoryBytes + snapshotBytes) / limits.memoryBytes,
    invocations: workers / limits.invocationsPerMonth,
    database: perSecond / byDatabase,
  };
  return {
    seconds,
    agentsPerSecond: agents / seconds,
    workers,
    shares,
    bottleneck: handOverMs > workingMs
      ? "hand-overs"
      : perSecond === byLatency
      ? "Vapi's latency and our concurrency"
      : perSecond === byRate
      ? "Vapi's rate"
      : "the database",
    firstWall: largest(shares),
  };
}

function largest(shares: Record<Wall, number>): Wall {
  const walls = Object.keys(shares) as Wall[];
  return walls.reduce((most, wall) => shares[wall] > shares[most] ? wall : most);
}
