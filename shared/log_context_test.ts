import assert from "node:assert/strict";
import { createLogger } from "./log.ts";
import { contextual, noteRequest, tracing, withLogFields } from "./log_context.ts";

function capture() {
  const lines: Record<string, unknown>[] = [];
  const write = (_: string, line: string) => void lines.push(JSON.parse(line));
  const log = contextual(createLogger("test", {}, { write }));
  return { log, ids: () => lines.map(({ event, job_id, tool }) => [event, job_id, tool]) };
}

Deno.test("contextual() adds the fields of the work in which a line is written, across awaits", async () => {
  const { log, ids } = capture();
  const deep = async (event: string) => {
    await Promise.resolve();
    log.with({ tool: "x" }).info(event);
  };
  await Promise.all([
    withLogFields({ job_id: "1" }, () => deep("first")),
    withLogFields({ job_id: "2" }, () => deep("second")),
  ]);
  log.info("outside");
  assert.deepEqual(ids(), [["first", "1", "x"], ["second", "2", "x"], [
    "outside",
    undefined,
    undefined,
  ]]);
});

Deno.test("withLogFields() adds to the fields around it, and a line's own win", () => {
  const { log, ids } = capture();
  withLogFields({ job_id: "1", tool: "a" }, () => {
    withLogFields({ tool: "b" }, () => log.info("inner"));
    log.info("own", { tool: "c" });
  });
  assert.deepEqual(ids(), [["inner", "1", "b"], ["own", "1", "c"]]);
});

Deno.test("tracing() hears of the requests of its own work, without their queries", async () => {
  const request = { method: "GET", status: 200, startedAt: 0, ms: 5 };
  const heard: string[][] = [[], []];
  const work = async (at: number, path: string) =>
    await tracing(({ path }) => heard[at]?.push(path), async () => {
      await Promise.resolve();
      withLogFields({ job_id: String(at) }, () => noteRequest({ ...request, path }));
    });
  await Promise.all([work(0, "/assistant/1"), work(1, "/tool?limit=5&q=%2B15557390199")]);
  noteRequest({ ...request, path: "/nobody/listens" });
  assert.deepEqual(heard, [["/assistant/1"], ["/tool"]]);
});
