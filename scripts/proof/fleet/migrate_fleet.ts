/** Migrates a fleet of agents on a stack, twice, and measures the cost. */
import { z } from "zod";
import {
  reportSchema,
  type RunReport,
  summarySchema,
} from "../../../functions/migrate-tools/report.ts";
import { seedFleet } from "../../local/fleet.ts";
import type { Stack } from "../../local/stack.ts";
import { usageOf } from "./process_usage.ts";

export interface FleetMigration {
  agents: number;
  /** Latency of the double of Vapi. */
  latencyMs: number;
  onProgress?: (line: string) => void;
}

export interface PassMeasurement {
  report: RunReport;
  seconds: number;
  /** From the request to migrate-tools to its answer. */
  startSeconds: number;
  reads: number;
  writes: number;
  /** Requests × latency ÷ concurrency: the lower limit for any worker. */
  limitSeconds: number;
  /** Of the tool-sync process, in order of time; empty if there is no `ps`. */
  residentMb: number[];
  cpuSeconds: number | null;
}

const CONCURRENCY = 10;
const SAMPLE_EVERY_MS = 1_000;

const startedSchema = z.object({ runId: z.uuid() });

/** The first pass links every assistant, the second finds nothing to do. Two agents per organization. */
export async function migrateFleet(
  stack: Stack,
  { agents, latencyMs, onProgress = () => {} }: FleetMigration,
): Promise<{ first: PassMeasurement; again: PassMeasurement }> {
  await seedFleet(stack, { organizations: Math.ceil(agents / 2), agentsOf: () => 2 });
  onProgress(`${agents} agents of ${Math.ceil(agents / 2)} organizations have assistants at Vapi`);
  await stack.functions.prewarm(["tool-sync", "migrate-tools"]);
  stack.vapi.setLatency(latencyMs);
  // The double keeps every change, which would distort the measurement.
  stack.vapi.journal.clear();
  const first = await measurePass(stack, latencyMs, onProgress);
  const again = await measurePass(stack, latencyMs, onProgress);
  stack.vapi.setLatency(0);
  return { first, again };
}

async function measurePass(
  stack: Stack,
  latencyMs: number,
  onProgress: (line: string) => void,
): Promise<PassMeasurement> {
  const mark = stack.vapi.requests.seq;
  const cpuBefore = (await usageOf("tool-sync"))?.cpuSeconds ?? null;
  const residentMb: number[] = [];
  const startedAt = performance.now();
  const { runId } = startedSchema.parse(await call(stack, "POST", ""));
  const startSeconds = (performance.now() - startedAt) / 1000;

  let cpuSeconds = cpuBefore;
  let shown = -1;
  while (true) {
    const { status, agents, seconds } = summarySchema.parse(
      await call(stack, "GET", `?runId=${runId}&summary=true`),
    );
    const usage = await usageOf("tool-sync");
    if (usage !== null) {
      residentMb.push(usage.residentMb);
      cpuSeconds = usage.cpuSeconds;
    }
    const settled = agents.migrated + agents.unchanged + agents.failed;
    const tenth = Math.floor(settled / Math.max(1, agents.total) * 10);
    if (tenth > shown) {
      shown = tenth;
      onProgress(`${seconds} s: ${settled} agents, ${usage?.residentMb ?? "?"} MB`);
    }
    if (status === "done") break;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
  }
  const report = reportSchema.parse(await call(stack, "GET", `?runId=${runId}`));
  const requests = stack.vapi.requests.since(mark);
  const writes = requests.filter(({ method }) => method !== "GET").length;
  return {
    report,
    seconds: report.seconds,
    startSeconds,
    reads: requests.length - writes,
    writes,
    limitSeconds: requests.length * latencyMs / CONCURRENCY / 1000,
    residentMb,
    cpuSeconds: cpuSeconds === null || cpuBefore === null ? null : cpuSeconds - cpuBefore,
  };
}

async function call(
  { functionsUrl, secretKey }: Stack,
  method: string,
  query: string,
): Promise<unknown> {
  const response = await fetch(`${functionsUrl}/migrate-tools${query}`, {
    method,
    headers: { apikey: secretKey },
  });
  const body: unknown = await response.json();
  if (!response.ok) {
    throw new Error(`migrate-tools answered ${response.status}: ${JSON.stringify(body)}`);
  }
  return body;
}
