import assert from "node:assert/strict";
import { startChild } from "./child.ts";
import { eventually } from "./testing/mod.ts";

const module = new URL("./child.ts", import.meta.url).href;

Deno.test("startChild() passes on lines, arguments, environment and the exit code", async () => {
  const lines: string[] = [];
  const child = startChild({
    command: "sh",
    args: ["-c", 'echo "$1 $NAME"; echo err >&2; exit 3', "sh", "two words"],
    env: { NAME: "value" },
    onLine: (line, stream) => lines.push(`${stream}: ${line}`),
  });
  assert.equal(await child.exited, 3);
  await child.stop();
  assert.deepEqual(lines.sort(), ["stderr: err", "stdout: two words value"]);
  assert.match(child.tail(), /two words value/);
});

Deno.test("startChild() hands down no variable but PATH", async () => {
  const child = startChild({ command: "env" });
  await child.exited;
  await child.stop();
  const names = child.tail().split("\n").map((line) => line.split("=")[0]);
  assert.deepEqual(
    names.filter((name) => !["PATH", "PWD", "OLDPWD", "SHLVL", "_"].includes(name ?? "")),
    [],
  );
});

Deno.test("stop() ends a command and removes its directory", async () => {
  const directory = await Deno.makeTempDir();
  const child = startChild({ command: "sleep", args: ["1000"], removeAtEnd: directory });
  await child.stop();
  await child.stop();
  await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
});

Deno.test("signal() ends a command at once, without a remark of the shell's", async () => {
  const child = startChild({ command: "sleep", args: ["1000"] });
  await child.signal("KILL");
  assert.equal(await child.exited, 128 + 9);
  await child.stop();
  assert.equal(child.tail(), "");
});

for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
  Deno.test(`no child outlives an owner that is ended by ${signal}`, async () => {
    const directory = await Deno.makeTempDir();
    const script = `
      import { startChild } from ${JSON.stringify(module)};
      startChild({
        command: "sh",
        args: ["-c", "echo $$ && exec sleep 1000"],
        removeAtEnd: ${JSON.stringify(directory)},
        onLine: (line) => Deno.stdout.writeSync(new TextEncoder().encode(line)),
      });`;
    const owner = new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      stdout: "piped",
    }).spawn();
    const reader = owner.stdout.getReader();
    const { value } = await reader.read();
    const pid = new TextDecoder().decode(value).trim();
    owner.kill(signal);
    await owner.status;
    await reader.cancel();
    await eventually(`process ${pid} is gone`, async () => {
      const { success } = await new Deno.Command("sh", {
        args: ["-c", `kill -0 ${pid} 2>/dev/null`],
      }).output();
      return !success;
    });
    await eventually(
      "its directory is gone",
      () => Deno.stat(directory).then(() => false, () => true),
    );
  });
}
