import assert from "node:assert/strict";
import type { Db } from "../../shared/db.ts";
import { createLogger } from "../../shared/log.ts";
import { preferredWait, waitForSync } from "./wait_for_sync.ts";

const wait = (prefer?: string) =>
  preferredWait(new Headers(prefer === undefined ? {} : { prefer }));

Deno.test("preferredWait() reads RFC 7240's wait among other preferences", () => {
  assert.equal(wait("wait=10"), 10);
  assert.equal(wait("respond-async, wait=5; foo=bar"), 5);
  assert.equal(wait('Wait = "7"'), 7);
});

Deno.test("preferredWait() is 0 without the preference or if it is not a number", () => {
  assert.equal(wait(), 0);
  assert.equal(wait("wait=soon"), 0);
  assert.equal(wait("return=minimal"), 0);
});

Deno.test("preferredWait() grants 30 s at most", () => {
  assert.equal(wait("wait=3600"), 30);
});

/** A sync that ends at this time, and the times at which somebody looked. */
function setup(endsAtMs: number) {
  const looks: number[] = [];
  let at = 0;
  const db: Db = {
    rpc() {
      looks.push(at);
      const syncState = at >= endsAtMs ? "synced" : "syncing";
      return Promise.resolve({
        syncState,
        assistantId: null,
        lastError: null,
        rejectedSettings: [],
      });
    },
  };
  const deps = {
    db,
    log: createLogger("test", {}, { write: () => {} }),
    now: () => at,
    sleep: (ms: number) => {
      at += ms;
      return Promise.resolve();
    },
  };
  return { deps, looks, at: () => at };
}

Deno.test("waitForSync() looks no more than once in half a second, and ever more seldom", async () => {
  const { deps, looks } = setup(Infinity);
  assert.equal((await waitForSync(deps, "a", 30))?.syncState, "syncing");
  const pauses = looks.map((at, index) => at - (looks[index - 1] ?? 0));
  assert.ok(pauses.every((pause) => pause >= 500), String(pauses));
  assert.ok(looks.length < 20, `${looks.length} looks`);
});

Deno.test("waitForSync() waits as long as it was asked to, and no longer", async () => {
  for (const seconds of [1, 2, 10]) {
    const { deps, at } = setup(Infinity);
    await waitForSync(deps, "a", seconds);
    assert.ok(at() <= seconds * 1000 && at() > seconds * 1000 - 500, `${at()} ms of ${seconds} s`);
  }
});

Deno.test("waitForSync() ends with the sync", async () => {
  const { deps, at } = setup(700);
  assert.equal((await waitForSync(deps, "a", 30))?.syncState, "synced");
  assert.ok(at() < 2_000);
});
