import assert from "node:assert/strict";
import { exportLine } from "./shell_variables.ts";

Deno.test("exportLine() sets each variable in a shell to its value, whatever it holds", async () => {
  const variables = { PLAIN: "http://127.0.0.1:54321", QUOTES: `it's "$HOME" & more`, EMPTY: "" };
  const script = `${exportLine(variables)}\nprintf '%s\\n' "$PLAIN" "$QUOTES" "$EMPTY"`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assert.deepEqual(
    new TextDecoder().decode(stdout).split("\n").slice(0, 3),
    Object.values(variables),
  );
});
