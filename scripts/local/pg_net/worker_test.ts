import assert from "node:assert/strict";
import { startCallee } from "../../tests/support/callee.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { withStack } from "../../tests/support/with_stack.ts";

Deno.test("pg_net worker", async (t) => {
  await withStack(async ({ sql, net }) => {
    const callee = startCallee();
    const paths = () => callee.received.map(({ path }) => path);
    const call = async (...names: string[]) => {
      callee.received.length = 0;
      await sql`select net.http_post(${callee.url}::text || name) from unnest(${names}::text[]) as name`;
      await net.idle();
    };

    await t.step("drop() loses the next request, without an answer", async () => {
      net.drop();
      await call("/lost", "/sent");
      assert.deepEqual(paths(), ["/sent"]);
      assert.equal((await sql`select from net.http_request_queue`).length, 0);
    });

    await t.step("ignore() loses every request to a function, and no other", async () => {
      net.ignore("ignored");
      await call("/ignored", "/sent", "/ignored");
      assert.deepEqual(paths(), ["/sent"]);
    });

    await t.step("double() sends the next request twice", async () => {
      net.double();
      await call("/twice", "/once");
      assert.deepEqual(paths().sort(), ["/once", "/twice", "/twice"]);
    });

    await t.step("failNextBatch() sends the whole batch again", async () => {
      net.failNextBatch();
      await call("/a", "/b");
      assert.deepEqual(paths().sort(), ["/a", "/a", "/b", "/b"]);
    });

    await t.step("pause() keeps requests in the queue until resume()", async () => {
      net.pause();
      await call("/later");
      assert.deepEqual(paths(), []);
      net.resume();
      await net.idle();
      assert.deepEqual(paths(), ["/later"]);
    });

    await t.step("pace() has the next batch wait", async () => {
      net.pace(1000);
      callee.received.length = 0;
      const ask = (path: string) => sql`select net.http_post(${callee.url + path}::text)`;
      await ask("/first");
      const queued = async () => (await sql`select from net.http_request_queue`).length;
      await eventually(
        "the first is sent",
        async () => paths().length === 1 && await queued() === 0,
      );
      await ask("/second");
      assert.deepEqual(paths(), ["/first"]);
      assert.equal(await queued(), 1);
      net.pace(0);
      await net.idle();
      assert.deepEqual(paths(), ["/first", "/second"]);
    });

    await t.step(
      "crash() forgets the queue and the answers, and ids start at 1 again",
      async () => {
        net.pause();
        await call("/forgotten");
        await net.crash();
        net.resume();
        await call("/after");
        assert.deepEqual(paths(), ["/after"]);
        assert.deepEqual([...await sql`select id from net._http_response`], [{ id: "1" }]);
      },
    );

    await t.step("crashes that overlap leave the worker at work", async () => {
      await Promise.all([net.crash(), net.crash()]);
      await call("/after-both");
      assert.deepEqual(paths(), ["/after-both"]);
    });

    await t.step("a batch holds 200 requests, in order of id", async () => {
      const release = callee.hold("/first");
      net.pause();
      await call("/first", ...Array.from({ length: 200 }, (_, index) => `/${index}`));
      net.resume();
      await eventually("a batch is under way", () => callee.received.length === 200);
      assert.ok(!paths().includes("/199"));
      release();
      await net.idle();
      assert.equal(callee.received.length, 201);
    });

    await t.step(
      "code that waits for a closed worker continues: it will send nothing more",
      async () => {
        await net.close();
        await net.idle();
      },
    );

    await callee.close();
  }, { dataApi: false });
});
