import assert from "node:assert/strict";
import { createDb, type DbOptions, errorCodeOf, SQLSTATES } from "./db.ts";
import { AppError } from "./http/errors.ts";

Deno.test("each SQLSTATE is of class VT, and used once", () => {
  const states = Object.values(SQLSTATES);
  assert.equal(new Set(states).size, states.length);
  for (const state of states) assert.match(state, /^VT\d{3}$/);
});

Deno.test("errorCodeOf() knows ours and no others", () => {
  assert.equal(errorCodeOf("VT007"), "lease_lost");
  assert.equal(errorCodeOf("23505"), null);
});

Deno.test("the migrations raise no SQLSTATE of class VT that is unknown here", async () => {
  const raised = new Set<string>();
  const folder = new URL("../supabase/migrations/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const sql = await Deno.readTextFile(new URL(name, folder));
    for (const [state] of sql.matchAll(/\bVT\d{3}\b/g)) raised.add(state);
  }
  assert.ok(raised.size > 0, "no SQLSTATE of ours was found in the migrations");
  const unknown = [...raised].filter((state) => errorCodeOf(state) === null);
  assert.deepEqual(unknown, []);
});

const URL_OF_PROJECT = "http://localhost:9";

/** A port whose requests are answered here. */
function dbAnswering(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<DbOptions> = {},
) {
  return createDb({
    url: URL_OF_PROJECT,
    key: "sb_secret_test",
    fetch: async (input, init) => await answer(new Request(input, init)),
    ...options,
  });
}

function raising(sqlstate: string, message: string, details: string | null = null) {
  return dbAnswering(() =>
    Response.json({ code: sqlstate, message, details, hint: null }, { status: 400 })
  );
}

async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error;
  }
  assert.fail("nothing was thrown");
}

Deno.test("Db.rpc() posts the named arguments and returns the result", async () => {
  let seen: Request | undefined;
  const db = dbAnswering((request) => {
    seen = request;
    return Response.json({ answer: 42 });
  });
  assert.deepEqual(await db.rpc("wake_worker", { p_queue: "a", p_worker: null }), {
    answer: 42,
  });
  assert.equal(seen?.url, `${URL_OF_PROJECT}/rest/v1/rpc/wake_worker`);
  assert.deepEqual(await seen?.json(), { p_queue: "a", p_worker: null });
});

Deno.test("Db.rpc() sends a secret key on apikey only, a legacy JWT key as bearer token too", async () => {
  const authorizationWith = async (key: string) => {
    let seen: string | null = "";
    await dbAnswering((request) => {
      seen = request.headers.get("authorization");
      assert.equal(request.headers.get("apikey"), key);
      return Response.json(null);
    }, { key }).rpc("metrics", {});
    return seen;
  };
  assert.equal(await authorizationWith("sb_secret_test"), null);
  assert.equal(await authorizationWith("aaa.bbb.ccc"), "Bearer aaa.bbb.ccc");
});

Deno.test("Db.rpc() returns null for a function without result", async () => {
  assert.equal(
    await dbAnswering(() => new Response(null, { status: 204 })).rpc("metrics", {}),
    null,
  );
});

Deno.test("Db.rpc() throws what the function raised, with its message and details", async () => {
  const busy = await errorOf(raising("VT009", "Too many", "23").rpc("metrics", {}));
  assert.equal(busy.status, 429);
  assert.deepEqual(busy.details, { retryAfterSeconds: 23 });
  assert.deepEqual(busy.headers, { "retry-after": "23" });

  const conflict = await errorOf(
    raising("VT003", "Somebody saved before you", "7").rpc("metrics", {}),
  );
  assert.equal(conflict.code, "version_conflict");
  assert.equal(conflict.status, 409);
  assert.equal(conflict.message, "Somebody saved before you");
  assert.deepEqual(conflict.details, { currentVersion: 7 });

  const fields = [{ path: "name", message: "is taken" }];
  const invalid = await errorOf(
    raising("VT004", "Check", JSON.stringify(fields)).rpc("metrics", {}),
  );
  assert.deepEqual(invalid.details, fields);
});

Deno.test("Db.rpc() hides every other database error, and keeps it as cause", async () => {
  const error = await errorOf(
    raising("23505", 'duplicate key "contacts_phone"').rpc("metrics", {}),
  );
  assert.equal(error.code, "database_error");
  assert.doesNotMatch(error.message, /duplicate/);
  assert.match(String(error.cause), /rpc metrics: 23505 duplicate key/);
});

Deno.test("Db.rpc() keeps no value of a row or argument in the cause, as causes are logged", async () => {
  const row = "Failing row contains (1, Test Patient, +15551230001)";
  const failed = await errorOf(
    raising("23514", "violates check constraint", row).rpc("metrics", {}),
  );
  const invalid = await errorOf(
    raising("22007", 'invalid input syntax for type date: "Test Patient"').rpc("metrics", {}),
  );
  for (const error of [failed, invalid]) {
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.cause, undefined);
    assert.doesNotMatch(error.cause.message, /Test Patient/);
  }
});

Deno.test("Db.rpc() throws database_unavailable where trying again may help", async () => {
  const unavailable = [
    dbAnswering(() => Promise.reject(new TypeError("connection refused"))),
    dbAnswering(() => new Response("<html>Bad gateway</html>", { status: 502 })),
    raising("57014", "canceling statement due to statement timeout"),
    raising("40P01", "deadlock detected"),
    raising("53300", "too many connections"),
    raising("PGRST002", "Could not query the database for the schema cache"),
  ];
  for (const db of unavailable) {
    assert.equal((await errorOf(db.rpc("metrics", {}))).code, "database_unavailable");
  }
});

Deno.test("Db.rpc() throws database_unavailable after its time limit", async () => {
  const db = dbAnswering(hang, { timeoutMs: 1 });
  assert.equal((await errorOf(db.rpc("metrics", {}))).code, "database_unavailable");
});

Deno.test("Db.rpc() throws the reason of the caller's signal", async () => {
  const controller = new AbortController();
  const reason = new Error("shutting down");
  const db = dbAnswering((request) => {
    controller.abort(reason);
    return hang(request);
  });
  await assert.rejects(() => db.rpc("metrics", {}, { signal: controller.signal }), reason);
});

/** Never answers; rejects when the request is aborted. */
function hang(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    if (request.signal.aborted) reject(request.signal.reason);
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
  });
}

/** Answers of a database, one after the other, to a call that may be repeated; and how often it was made. */
async function asked(
  answers: (() => Response)[],
  { repeatWithinMs = 5_000, msPerAttempt = 1 }: { repeatWithinMs?: number; msPerAttempt?: number } =
    {},
) {
  let attempts = 0;
  let time = 0;
  const db = dbAnswering(() => {
    time += msPerAttempt;
    return answers[attempts++]?.() ?? Response.json("one too many");
  }, { now: () => time });
  const outcome = await db.rpc("metrics", {}, { repeatWithinMs })
    .catch((error: unknown) => error instanceof AppError ? error.code : error);
  return { outcome, attempts };
}

const lost = () => {
  throw new TypeError("connection reset");
};
const stored = () => Response.json("stored");

Deno.test("Db.rpc() with repeatWithinMs asks again for an answer that was lost, once", async () => {
  assert.deepEqual(await asked([lost, stored]), { outcome: "stored", attempts: 2 });
  assert.deepEqual(await asked([lost, lost, stored]), {
    outcome: "database_unavailable",
    attempts: 2,
  });
});

Deno.test("Db.rpc() does not ask again without being told to, nor for what was refused, nor after too long", async () => {
  const once = { outcome: "database_unavailable", attempts: 1 };
  assert.deepEqual(await asked([lost, stored], { repeatWithinMs: 0 }), once);
  assert.deepEqual(await asked([lost, stored], { msPerAttempt: 5_000 }), once);
  const refused = () =>
    Response.json({ code: "VT006", message: "Unknown", details: null, hint: null }, {
      status: 400,
    });
  assert.deepEqual(await asked([refused, stored]), { outcome: "tenant_unknown", attempts: 1 });
});

for (const sqlstate of ["40P01", "40001"]) {
  Deno.test(`Db.rpc() carries out once more what ended with ${sqlstate}, and no third time`, async () => {
    let asked = 0;
    const collidingUntil = (last: number) =>
      dbAnswering(() =>
        ++asked < last
          ? Response.json({ code: sqlstate, message: "deadlock detected" }, { status: 500 })
          : Response.json("done")
      );
    assert.equal(await collidingUntil(2).rpc("wake_worker", { p_queue: "a" }), "done");
    assert.equal(asked, 2);
    asked = 0;
    const { code } = await errorOf(collidingUntil(9).rpc("wake_worker", { p_queue: "a" }));
    assert.equal(code, "database_unavailable");
    assert.equal(asked, 2);
  });
}
