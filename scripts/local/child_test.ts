import assert from "node:assert/strict";
import { startChild } from "./child.ts";
import { eventually } from "../tests/support/eventually.ts";

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

function temporaryPath(): string {
  return `/tmp/child-test-${crypto.randomUUID()}`;
}

Deno.test("stop() ends a command and removes its directory", async () => {
  const directory = temporaryPath();
  const child = startChild({
    directory,
    command: "sh",
    args: ["-c", "pwd; exec sleep 1000"],
  });
  await eventually("it runs in its directory", () => child.tail() !== "");
  assert.equal(child.tail(), await Deno.realPath(directory));
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
    const directory = temporaryPath();
    const script = `
      import { startChild } from ${JSON.stringify(module)};
      startChild({
        command: "sh",
        args: ["-c", "echo $$ && exec sleep 1000"],
        directory: ${JSON.stringify(directory)},
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

Deno.test("prepare runs first and in the same directory, and has to succeed", async () => {
  const prepared = startChild({
    directory: temporaryPath(),
    prepare: 'printf %s "$TEXT" >made; exec true',
    command: "cat",
    args: ["made"],
    env: { TEXT: "by the first" },
  });
  assert.equal(await prepared.exited, 0);
  assert.equal(prepared.tail(), "by the first");

  const directory = temporaryPath();
  const failing = startChild({
    directory,
    prepare: "echo why >&2; exec false",
    command: "echo",
    args: ["never"],
  });
  assert.equal(await failing.exited, 1);
  assert.equal(failing.tail(), "why");
  await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
});

Deno.test("an owner that is killed while prepare runs leaves neither it nor the directory", async () => {
  const directory = temporaryPath();
  const script = `
    import { startChild } from ${JSON.stringify(module)};
    startChild({
      directory: ${JSON.stringify(directory)},
      prepare: "echo $$; exec sleep 1000",
      command: "true",
      onLine: (line) => Deno.stdout.writeSync(new TextEncoder().encode(line)),
    });`;
  const owner = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped" })
    .spawn();
  const reader = owner.stdout.getReader();
  await reader.read();
  owner.kill("SIGKILL");
  await owner.status;
  await reader.cancel();
  await eventually(
    "its directory is gone",
    () => Deno.stat(directory).then(() => false, () => true),
  );
});

Deno.test("a child of another user's runs though that user may not enter this folder", {
  ignore: Deno.uid() !== 0,
}, async () => {
  const closed = await Deno.makeTempDir();
  const sources = ["child.ts", "guard.sh", "lines.ts"];
  for (const name of sources) {
    await Deno.copyFile(new URL(`./${name}`, import.meta.url), `${closed}/${name}`);
  }
  await Deno.chmod(closed, 0o700);
  const script = `
    import { startChild } from "file://${closed}/child.ts";
    const child = startChild({ command: "id", args: ["-u"], user: { uid: 65534, gid: 65534 } });
    console.log(await child.exited, child.tail());
    await child.stop();`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: closed,
  }).output();
  await Deno.remove(closed, { recursive: true });
  assert.equal(new TextDecoder().decode(stdout).trim(), "0 65534");
});
