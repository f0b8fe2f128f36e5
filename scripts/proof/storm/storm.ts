/**
 * A storm: for a while people do everything that they may do, several at a time, while everything that can go wrong goes wrong. Then it is
 * calm, the system comes to rest by its own means, and every invariant is checked.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresServer } from "../../local/postgres.ts";
import { capViolations, strayTexts } from "../invariants/caps.ts";
import { fairnessViolations } from "../invariants/fairness.ts";
import { deadJobs } from "../invariants/jobs.ts";
import { limitViolations } from "../invariants/limits.ts";
import { violations } from "../invariants/mod.ts";
import { observe } from "../invariants/observation.ts";
import { Platform } from "../platform.ts";
import { crashDatabase, startServer } from "../crash_database.ts";
import {
  floodBookings,
  floodHolds,
  pump,
  saveMany,
  stealVisit,
  swapService,
  textStrangers,
} from "./abuse.ts";
import {
  call,
  type Deed,
  type DeedContext,
  editAtVapi,
  limitTools,
  migrate,
  release,
  saveAgent,
  switchTool,
} from "./deeds.ts";
import { answerOffer, answerReminder, joinWaitlist, staff } from "./people.ts";
import { Random } from "./random.ts";
import { Tally } from "./tally.ts";
import { openClinics, openGreedyClinic } from "./town.ts";
import { FAULT_KINDS, type FaultKind, stormOver } from "./weather.ts";

export interface StormOptions {
  /** Duration of the storm itself; setting up and coming to rest take half a minute more. */
  seconds: number;
  /** On a busy machine the storm continues until this many actions and faults have happened; default none. */
  atLeast?: number;
  seed: number;
  /** What may go wrong; by default everything. */
  kinds?: readonly FaultKind[];
  /** Called with each action, and the counts so far. */
  onDeed?: (line: string, counts: { deeds: Tally; faults: Tally }) => void;
  /** For finding the cause: called with the platform as it is when something is found to be wrong. */
  onTrouble?: (platform: Platform, trouble: readonly unknown[]) => Promise<void>;
}

export interface StormReport {
  seed: number;
  seconds: number;
  deeds: Tally;
  faults: Tally;
  isolates: number;
  /** Requests that reached Vapi. */
  vapiRequests: number;
  jobs: number;
  texts: number;
  violations: string[];
}

/** The actions, and how often each is chosen. */
const DEEDS = {
  saveAgent: 10,
  call: 10,
  limitTools: 2,
  switchTool: 2,
  editAtVapi: 3,
  release: 1,
  migrate: 1,
  pump: 2,
  floodHolds: 2,
  floodBookings: 1,
  swapService: 2,
  stealVisit: 1,
  textStrangers: 1,
  saveMany: 1,
  staff: 4,
  joinWaitlist: 3,
  answerOffer: 4,
  answerReminder: 2,
} as const;
const DEED: Readonly<Record<keyof typeof DEEDS, Deed>> = {
  saveAgent,
  call,
  limitTools,
  switchTool,
  editAtVapi,
  release,
  migrate,
  pump,
  floodHolds,
  floodBookings,
  swapService,
  stealVisit,
  textStrangers,
  saveMany,
  staff,
  joinWaitlist,
  answerOffer,
  answerReminder,
};

const CLINICS = 3;
const PEOPLE = 4;
/** How often minutes pass: backoffs end, pg_cron's jobs run. */
const TICK_MS = 250;
/** The platform's texts for the first quarter of a storm, soon used up. Then there are enough for everybody. */
const FEW_TEXTS = 60;
const ENOUGH_TEXTS = 100_000;

export async function storm(options: StormOptions): Promise<StormReport> {
  const server = await startServer();
  try {
    const platform = await Platform.start({
      postgresUrl: server.url,
      instances: { "tool-sync": 3, outbox: 2 },
      onError: () => {},
    });
    try {
      const report = await rage(platform, { ...options, server });
      if (report.violations.length > 0) await options.onTrouble?.(platform, report.violations);
      return report;
    } catch (error) {
      await options.onTrouble?.(platform, [error]);
      throw error;
    } finally {
      await platform.close();
    }
  } finally {
    await server.close();
  }
}

async function rage(
  platform: Platform,
  { seconds, atLeast = 0, seed, server, kinds = FAULT_KINDS, onDeed = () => {} }: StormOptions & {
    server: PostgresServer;
  },
): Promise<StormReport> {
  const { stack, edge } = platform;
  const random = new Random(seed);
  const [deeds, faults] = [new Tally(), new Tally()];
  // Hours pass in seconds, so attempts are used up faster than faults pass.
  await stack.sql`update queues set max_attempts = 10000`;
  let unique = 0;
  const context = {
    platform,
    practices: await openClinics(platform, CLINICS),
    greedy: await openGreedyClinic(platform),
    unique: () => unique++,
  };
  const overCap = new Set<string>();
  await limitTexts(platform, FEW_TEXTS);

  const until = performance.now() + seconds * 1000;
  const isOver = () => performance.now() > until && Math.min(deeds.total, faults.total) >= atLeast;
  const weather = stormOver(platform, {
    random: random.fork(),
    faults,
    kinds: new Set(kinds),
    serverUrl: server.url,
  });
  let isDeserted = false;
  const people = Array.from(
    { length: PEOPLE },
    () =>
      live({ ...context, random: random.fork() }, {
        isOver,
        onDeed: (deed, what) => {
          deeds.add(deed);
          onDeed(`${deed}: ${what}`, { deeds, faults });
        },
      }),
  );
  await Promise.all([
    Promise.all(people).finally(() => isDeserted = true),
    passTime(platform, { isOver: () => isDeserted, disturb: () => weather.disturb() }),
    watchCaps(platform, { isOver: () => isDeserted, overCap }),
    delay(seconds * 250).then(() => limitTexts(platform, ENOUGH_TEXTS)),
    delay(seconds * 500).then(async () => {
      if (!kinds.includes("postgres")) return;
      await crashDatabase(platform, server);
      faults.add("Postgres: crashes and restarts");
    }),
  ]);

  weather.clear();
  const found = [
    ...await rest(platform),
    ...overCap,
    ...strayTexts(platform),
    ...await fairnessViolations(platform, context.greedy.clinic.id),
  ];
  const { jobs, texts } = await totals(platform);
  return {
    seed,
    seconds,
    deeds,
    faults,
    isolates: edge.started,
    vapiRequests: stack.vapi.requests.seq,
    jobs,
    texts,
    violations: found,
  };
}

interface LiveOptions {
  isOver: () => boolean;
  onDeed: (deed: string, what: string) => void;
}

/** One person's day. */
async function live(context: DeedContext, { isOver, onDeed }: LiveOptions): Promise<void> {
  while (!isOver()) {
    const deed = context.random.weighted(DEEDS);
    onDeed(deed, await DEED[deed](context));
  }
}

async function passTime(
  platform: Platform,
  { isOver, disturb = () => {} }: { isOver: () => boolean; disturb?: () => void },
): Promise<void> {
  while (!isOver()) {
    await delay(TICK_MS);
    disturb();
    await platform.minutesPass();
  }
}

/** Checks all the time, because holds expire after some minutes. */
async function watchCaps(
  platform: Platform,
  { isOver, overCap }: { isOver: () => boolean; overCap: Set<string> },
): Promise<void> {
  while (!isOver()) {
    await delay(TICK_MS);
    const over = [...await capViolations(platform), ...await limitViolations(platform)];
    for (const violation of over) overCap.add(violation);
  }
}

async function limitTexts(platform: Platform, perDay: number): Promise<void> {
  await platform.withSql((sql) => sql`update platform_settings set max_texts_per_day = ${perDay}`);
}

/** What must be true once it is calm. */
async function rest(platform: Platform): Promise<string[]> {
  // No isolate of a hosted project lives for more than a few minutes.
  let isRestarted = false;
  await Promise.all([
    Promise.all([platform.stack.functions.restart(), platform.edge.idle()])
      .finally(() => isRestarted = true),
    passTime(platform, { isOver: () => isRestarted }),
  ]);
  await platform.quiet();
  // Agents whose assistants were deleted at Vapi, or never migrated, are noticed when they are synced.
  await platform.stack.sql`select start_backfill()`;
  await platform.quiet();
  return [
    ...await idleViolations(platform),
    ...await violations(platform),
    ...deadJobs(await observe(platform)),
  ];
}

/** Doing nothing costs nothing: syncing everybody again writes nothing to Vapi. */
async function idleViolations(platform: Platform): Promise<string[]> {
  const { vapi, sql } = platform.stack;
  const mark = vapi.requests.seq;
  await sql`select start_backfill()`;
  await platform.quiet();
  return vapi.requests.writes(mark).map(({ method, path }) =>
    `A sync with nothing to do made ${method} ${path}`
  );
}

async function totals({ stack }: Platform): Promise<{ jobs: number; texts: number }> {
  const [row] = await stack.sql<{ jobs: number }[]>`select count(*)::int as jobs from jobs`;
  return { jobs: row?.jobs ?? 0, texts: stack.integrations.twilio.textsTo().length };
}
