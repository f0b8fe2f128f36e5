import assert from "node:assert/strict";
import { AppError } from "../http/errors.ts";
import { execute } from "./execute.ts";

const args = { p_tool: "reserveSlot", p_call: { toolCallId: "call-1" }, p_args: {} };
const unavailable = new AppError("database_unavailable", "Lost", { status: 503 });

/** A database whose answers are these, one after the other; an error is thrown. */
function database(...answers: (string | AppError)[]) {
  const calls: unknown[] = [];
  return {
    calls,
    rpc(_name: string, given: unknown) {
      calls.push(given);
      const answer = answers.shift();
      return answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

Deno.test("execute() asks again for an answer that was lost, with the same call's id", async () => {
  const db = database(unavailable, "stored");
  assert.equal(await execute(db, args), "stored");
  assert.deepEqual(db.calls, [args, args]);
});

Deno.test("execute() asks no more than twice", async () => {
  const db = database(unavailable, unavailable, "too late");
  await assert.rejects(execute(db, args), unavailable);
  assert.equal(db.calls.length, 2);
});

Deno.test("execute() does not repeat a call without an id: its effect would not be recognised", async () => {
  const db = database(unavailable, "twice");
  await assert.rejects(
    execute(db, { ...args, p_call: { toolCallId: null } }),
    unavailable,
  );
  assert.equal(db.calls.length, 1);
});

Deno.test("execute() does not repeat what was refused, nor what took so long that Vapi would not wait for it", async () => {
  const refusal = new AppError("tenant_unknown", "Unknown", { status: 404 });
  const refused = database(refusal);
  await assert.rejects(execute(refused, args), refusal);
  assert.equal(refused.calls.length, 1);

  const slow = database(unavailable);
  let time = 0;
  await assert.rejects(execute(slow, args, { now: () => time += 5_000 }), unavailable);
  assert.equal(slow.calls.length, 1);
});
