import assert from "node:assert/strict";

async function proof(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("./proof.ts", import.meta.url).pathname, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("proof --help lists its words, each with a help of its own", async () => {
  const { code, stdout } = await proof(["--help"]);
  assert.equal(code, 0);
  const words = [...stdout.matchAll(/^ {2}([a-z][\w-]*) {2,}/gm)].map(([, word]) => word ?? "");
  assert.deepEqual(words, [
    "chaos",
    "clicks",
    "conversations",
    "crash-points",
    "long",
    "mutations",
    "readers",
    "scale",
  ]);
  for (const word of words) {
    const help = await proof([word, "--help"]);
    assert.deepEqual({ word, code: help.code }, { word, code: 0 });
    assert.match(help.stdout, new RegExp(`Usage: deno task proof ${word} `));
  }
});

Deno.test("proof exits with 2 without a word, for an unknown one and for an unknown option", async () => {
  for (
    const [args, said] of [
      [[], /Say what to prove/],
      [["scales"], /"scales" is nothing/],
      [[
        "toString",
      ], /"toString"/],
      [["--jason"], /--jason/],
      [["chaos", "--jason"], /--jason/],
    ] as const
  ) {
    const { code, stdout, stderr } = await proof([...args]);
    assert.deepEqual({ args, code, stdout }, { args, code: 2, stdout: "" });
    assert.match(stderr, said);
  }
});
