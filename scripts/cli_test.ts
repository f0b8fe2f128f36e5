import assert from "node:assert/strict";
import { coloured } from "./cli.ts";

Deno.test("coloured() paints the marks at the heads of lines, and nothing else", () => {
  assert.equal(
    coloured("✗ one: ✓\nok  two\nokay\n! three"),
    "\x1b[31m✗\x1b[0m one: ✓\n\x1b[32mok\x1b[0m  two\nokay\n\x1b[33m!\x1b[0m three",
  );
});

const module = new URL("./cli.ts", import.meta.url).href;

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `
    import { parseOptions, positiveNumber, printJson, runMain, wholeNumber } from ${
    JSON.stringify(module)
  };
    const text = { type: "string" };
    const options = parseOptions("Usage: example", { json: { type: "boolean" }, name: text, minutes: text, port: text });
    if (options.minutes) positiveNumber("Usage: example", "minutes", options.minutes);
    if (options.port) wholeNumber("Usage: example", "port", options.port, { from: 1, to: 65535 });
    await runMain(() => {
      if (options.name === "broken") return Promise.reject(new Error("Cannot do it"));
      printJson(options);
      return Promise.resolve(options.name === undefined ? 0 : 3);
    });`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script, ...args],
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("parseOptions() reads options, and runMain() exits with the command's code", async () => {
  assert.deepEqual(await run(["--json"]), { code: 0, stdout: '{"json":true}\n', stderr: "" });
  assert.equal((await run(["--name=other"])).code, 3);
});

Deno.test("parseOptions() prints the help and exits with 0", async () => {
  assert.deepEqual(await run(["--help"]), { code: 0, stdout: "Usage: example\n", stderr: "" });
});

Deno.test("parseOptions() exits with 2 for an option that there isn't, and names it", async () => {
  const { code, stdout, stderr } = await run(["--jason"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /--jason[\s\S]*Usage: example/);
});

Deno.test("positiveNumber() and wholeNumber() exit with 2 for any other value, and name it", async () => {
  assert.equal((await run(["--minutes=0.5", "--port=65535"])).code, 0);
  for (const wrong of ["--minutes=0", "--minutes=Infinity", "--minutes=abc"]) {
    const { code, stdout, stderr } = await run([wrong]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.equal(stderr, `${wrong} is not a number above 0\n\nUsage: example\n`);
  }
  for (const wrong of ["--port=0", "--port=65536", "--port=8e3", "--port=-1", "--port=abc"]) {
    const { code, stderr } = await run([wrong]);
    assert.equal(code, 2);
    assert.equal(stderr, `${wrong} is not a whole number from 1 to 65535\n\nUsage: example\n`);
  }
});

Deno.test("runMain() tells a failure in a sentence and exits with 1", async () => {
  assert.deepEqual(await run(["--name=broken"]), { code: 1, stdout: "", stderr: "Cannot do it\n" });
});
