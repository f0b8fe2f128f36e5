import assert from "node:assert/strict";
import { type Db, patientDb } from "./db.ts";
import { AppError } from "./http/errors.ts";
import { createLogger } from "./log.ts";

const away = new AppError(
  "database_unavailable",
  "The database can't be reached. Try again later.",
);

/** A database that answers the first calls of complete_job with these errors. */
function setup(errors: Error[]) {
  const called: string[] = [];
  const clock = { now: 0 };
  const db: Db = {
    rpc(fn) {
      called.push(fn);
      const error = fn === "complete_job" ? errors.shift() : undefined;
      return error === undefined ? Promise.resolve("done") : Promise.reject(error);
    },
  };
  const patient = patientDb(db, {
    log: createLogger("test", {}, { write: () => {} }),
    now: () => clock.now,
    sleep: (ms) => {
      clock.now += ms;
      return Promise.resolve();
    },
  });
  const complete = () => patient.rpc("complete_job", { p_job_id: "j", p_lease_token: "t" });
  return { complete, called, clock };
}

Deno.test("patientDb() repeats a call until the database is back, and then has the queues looked at", async () => {
  const { complete, called } = setup([away, away, away]);
  assert.equal(await complete(), "done");
  assert.deepEqual(called, [...Array.from({ length: 4 }, () => "complete_job"), "wake_due_queues"]);
  await complete();
  assert.equal(called.filter((fn) => fn === "wake_due_queues").length, 1);
});

Deno.test("patientDb() gives up after 40 s, with the error itself", async () => {
  const { complete, clock } = setup(Array.from({ length: 100 }, () => away));
  await assert.rejects(complete(), (error) => error === away);
  assert.ok(clock.now > 31_000 && clock.now <= 40_000, `${clock.now} ms`);
});

Deno.test("patientDb() doesn't repeat what the database refused", async () => {
  const lost = new AppError("lease_lost", "Its lease has passed to another worker");
  const { complete, called } = setup([lost]);
  await assert.rejects(complete(), (error) => error === lost);
  assert.deepEqual(called, ["complete_job"]);
});
