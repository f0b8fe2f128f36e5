import assert from "node:assert/strict";
import { z } from "zod";
import { AppError } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import { createCompletions, type FinishedSync } from "./completions.ts";
import type { SyncedRegistry } from "../../shared/assistants/catalogue.ts";

const REGISTRY: SyncedRegistry = {
  tools: [{ name: "check", vapiToolId: "t1", description: "Checks", definitionHash: "aa" }],
  currentIds: ["t1"],
};

function finished(number: number): FinishedSync {
  return {
    jobId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    leaseToken: "11111111-1111-4111-8111-111111111111",
    agentId: "22222222-2222-4222-8222-222222222222",
    version: 1,
    applied: {},
    linkedToolIds: ["t1"],
    drift: [],
    rejectedSettings: [],
    wrote: true,
    snapshot: null,
    isDone: true,
    result: {},
  };
}

const syncsSchema = z.array(z.object({ jobId: z.string() }));

/** A database that answers when told to. `write` gets the ids of a batch and returns those whose lease was held. */
function databaseWith(write: (ids: string[]) => string[] | Promise<string[]>) {
  const batches: string[][] = [];
  const db = {
    rpc: async (_: string, { p_syncs }: JsonObject = {}) => {
      const ids = syncsSchema.parse(p_syncs).map(({ jobId }) => jobId);
      batches.push(ids);
      return await write(ids);
    },
  };
  return { db, batches };
}

Deno.test("createCompletions() writes the first at once and gathers what finishes meanwhile", async () => {
  const { db, batches } = databaseWith((ids) => ids);
  const completions = createCompletions(db);
  await Promise.all([1, 2, 3, 4].map((number) => completions.add(finished(number), REGISTRY)));
  assert.deepEqual(batches.map((batch) => batch.length), [1, 3]);
});

Deno.test("createCompletions() tells those whose lease has passed on, and only those", async () => {
  const lost = finished(2).jobId;
  const { db } = databaseWith((ids) => ids.filter((id) => id !== lost));
  const completions = createCompletions(db);
  const results = await Promise.allSettled(
    [1, 2, 3].map((number) => completions.add(finished(number), REGISTRY)),
  );
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.ok(results[1]?.status === "rejected");
  assert.equal(results[1].reason.code, "lease_lost");
});

Deno.test("createCompletions() writes the others of a batch when the database refuses one", async () => {
  const bad = finished(3).jobId;
  const { db } = databaseWith((ids) => {
    if (ids.includes(bad)) throw new AppError("database_error", "no");
    return ids;
  });
  const completions = createCompletions(db);
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map((number) => completions.add(finished(number), REGISTRY)),
  );
  assert.deepEqual(results.map(({ status }) => status), [
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

Deno.test("createCompletions() fails a batch together, without trying each, when the database is away", async () => {
  const { db, batches } = databaseWith(() => {
    throw new AppError("database_unavailable", "no");
  });
  const completions = createCompletions(db);
  const results = await Promise.allSettled(
    [1, 2, 3].map((number) => completions.add(finished(number), REGISTRY)),
  );
  assert.ok(results.every(({ status }) => status === "rejected"));
  assert.equal(batches.length, 2);
});

Deno.test("createCompletions() never mixes syncs of different registries in one batch", async () => {
  const { db, batches } = databaseWith((ids) => ids);
  const completions = createCompletions(db);
  const other = { ...REGISTRY, currentIds: ["t2"] };
  await Promise.all([
    completions.add(finished(1), REGISTRY),
    completions.add(finished(2), REGISTRY),
    completions.add(finished(3), other),
    completions.add(finished(4), REGISTRY),
  ]);
  assert.deepEqual(batches.map((batch) => batch.length), [1, 2, 1]);
});
