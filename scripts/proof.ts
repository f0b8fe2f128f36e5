/** `deno task proof`: tests the product's promises under faults, with broken builds and at scale. */
import { misused, parseOptions, runMain } from "./cli.ts";

type Prove = (args: string[]) => Promise<number>;

/** Loaded one at a time: each word needs little of what another one does. */
const WORDS: Readonly<Record<string, () => Promise<Prove>>> = {
  chaos: async () => (await import("./proof/chaos.ts")).chaos,
  clicks: async () => (await import("./proof/clicks.ts")).clicks,
  conversations: async () => {
    const { converse } = await import("./converse.ts");
    return (args) => converse(args, "proof conversations");
  },
  "crash-points": async () => (await import("./proof/crash_points.ts")).crashPoints,
  long: async () => (await import("./proof/long.ts")).long,
  mutations: async () => (await import("./proof/mutations.ts")).mutations,
  readers: async () => (await import("./proof/readers.ts")).readers,
  scale: async () => (await import("./proof/scale.ts")).scale,
};

const help = `
Breaks the product on purpose, or talks to it, in one of eight ways, and checks what is left.

Usage: deno task proof <word> [options]

  chaos          some minutes of random actions and faults
  clicks         founds a clinic and books in the console, in a browser, and reports the seconds
  conversations  scripted callers and stand-ins for a model: deno task converse
  crash-points   crashes at every request of the main jobs in turn
  long           the tests of which \`deno task test\` tries a sample, in full
  mutations      breaks the code, one thing at a time, and checks that a test notices
  readers        reads ten thousand utterances of each kind in five languages
  scale          migrates ten thousand agents

  --help         show this text, or after a word its options

Exit code 0 if everything held, 1 if something didn't, 2 if the options make no sense.
`;

async function main(): Promise<number> {
  const [word = "", ...args] = Deno.args;
  if (word === "" || word.startsWith("-")) {
    parseOptions(help, {});
    misused(help, `Say what to prove: ${Object.keys(WORDS).join(", ")}`);
  }
  const load = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (load === undefined) misused(help, `"${word}" is nothing to prove`);
  const prove = await load();
  return await prove(args);
}

if (import.meta.main) await runMain(main);
