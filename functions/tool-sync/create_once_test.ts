import assert from "node:assert/strict";
import { ServiceError } from "../../shared/http/errors.ts";
import { createOnce } from "./create_once.ts";

const unknown = () =>
  new ServiceError("No answer", {
    service: "vapi",
    status: null,
    code: "timeout",
    retryable: true,
    outcomeUnknown: true,
  });
const refused = () =>
  new ServiceError("Bad", {
    service: "vapi",
    status: 400,
    code: "invalid_request",
    retryable: false,
    outcomeUnknown: false,
  });

/** Runs createOnce with scripted creations; returns the order of calls with the result. */
async function run(creations: (() => string)[], found: (string | null)[], mayExist = false) {
  const calls: string[] = [];
  const waits: number[] = [];
  const outcome = await createOnce<string>({
    create: () => {
      calls.push("create");
      const next = creations.shift();
      return Promise.resolve().then(() => next?.() ?? assert.fail("one creation too many"));
    },
    find: () => {
      calls.push("find");
      return Promise.resolve(found.shift() ?? null);
    },
    mayExist,
    signal: new AbortController().signal,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  }).catch((error) => error);
  return { outcome, calls, waits };
}

const fails = (error: () => Error) => () => {
  throw error();
};

Deno.test("createOnce() creates at once what can't exist yet", async () => {
  assert.deepEqual(await run([() => "new"], []), { outcome: "new", calls: ["create"], waits: [] });
});

Deno.test("createOnce() looks first for what an earlier attempt may have created", async () => {
  const { outcome, calls } = await run([], ["old"], true);
  assert.deepEqual({ outcome, calls }, { outcome: "old", calls: ["find"] });
});

Deno.test("createOnce() looks before it repeats a create whose answer was lost, and adopts what it finds", async () => {
  const { outcome, calls, waits } = await run([fails(unknown)], ["made"]);
  assert.deepEqual({ outcome, calls, waits }, {
    outcome: "made",
    calls: ["create", "find"],
    waits: [2000],
  });
});

Deno.test("createOnce() creates again where the lost attempt had no effect", async () => {
  const { outcome, calls } = await run([fails(unknown), () => "second"], [null]);
  assert.deepEqual({ outcome, calls }, { outcome: "second", calls: ["create", "find", "create"] });
});

Deno.test("createOnce() throws a refusal at once", async () => {
  const { outcome, calls } = await run([fails(refused)], []);
  assert.equal(outcome.status, 400);
  assert.deepEqual(calls, ["create"]);
});

Deno.test("createOnce() throws the last failure after 2 s, 4 s and 8 s", async () => {
  const { outcome, waits } = await run(Array.from({ length: 4 }, () => fails(unknown)), []);
  assert.equal(outcome.code, "timeout");
  assert.deepEqual(waits, [2000, 4000, 8000]);
});
