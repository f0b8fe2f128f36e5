import assert from "node:assert/strict";
import { withToolBlocks } from "./config_blocks.ts";

const HAND_WRITTEN = `project_id = "clinic"\n\n[functions.agent-save]\nverify_jwt = false\n`;

Deno.test("withToolBlocks() adds a block with an explicit verify_jwt per tool, below what is there", () => {
  const config = withToolBlocks(HAND_WRITTEN, ["calendar-check"]);
  assert.ok(config.startsWith(HAND_WRITTEN));
  assert.match(
    config,
    /\[functions\.calendar-check\]\nentrypoint = "\.\.\/functions\/calendar-check\/index\.ts"\nimport_map = "\.\.\/deno\.json"\nverify_jwt = false\n/,
  );
});

Deno.test("withToolBlocks() replaces its own part only, and changes nothing the second time", () => {
  const before = withToolBlocks(HAND_WRITTEN, ["calendar-check", "sms-send"]) +
    "\n[auth]\nenabled = true\n";
  assert.equal(withToolBlocks(before, ["calendar-check", "sms-send"]), before);
  const after = withToolBlocks(before, ["sms-send"]);
  assert.ok(!after.includes("calendar-check"));
  assert.ok(after.startsWith(HAND_WRITTEN) && after.endsWith("\n[auth]\nenabled = true\n"));
});

Deno.test("withToolBlocks() refuses a file whose end marker is gone, rather than cut into it", () => {
  const config = withToolBlocks(HAND_WRITTEN, ["sms-send"]).replace(/# End.*\n/, "");
  assert.throws(
    () => withToolBlocks(config, ["sms-send"]),
    /the line "# End of the tool endpoints\." is missing/,
  );
});
