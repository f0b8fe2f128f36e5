/**
 * The command line of the tests: options of deno test, and files and folders. Parsed here, so that a mistake is reported before anything
 * starts, and a mistyped file name does not run all tests.
 */

type Value = "none" | "needed" | "possible";

/** The options of deno test that make sense for files that are loaded in groups, and that this command does not set itself. */
const OPTIONS: Readonly<Record<string, Value>> = {
  "coverage": "possible",
  "coverage-threshold": "needed",
  "env-file": "possible",
  "fail-fast": "possible",
  "filter": "needed",
  "hide-stacktraces": "none",
  "inspect": "possible",
  "inspect-brk": "possible",
  "inspect-wait": "possible",
  "log-level": "needed",
  "quiet": "none",
  "reload": "possible",
  "repeats": "needed",
  "reporter": "needed",
  "retry": "needed",
  "sanitize-ops": "none",
  "sanitize-resources": "none",
  "seed": "needed",
  "shuffle": "possible",
  "trace-leaks": "none",
  "v8-flags": "needed",
};

export interface TestArguments {
  /** Files and folders; none means all. */
  readonly named: readonly string[];
  /** In the form that deno test takes. */
  readonly options: readonly string[];
}

/** Separates options from files. Throws what is wrong with an option. */
export function readTestArguments(args: readonly string[]): TestArguments {
  const named: string[] = [];
  const options: string[] = [];
  const rest = args.values();
  for (const arg of rest) {
    if (!arg.startsWith("-")) {
      named.push(arg);
      continue;
    }
    const [, name = "", value] = /^--([a-z0-9-]+)(?:=([^]*))?$/.exec(arg) ?? [];
    const takes = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (takes === undefined) throw new Error(`Unknown option ${arg}`);
    if (takes === "none" && value !== undefined) throw new Error(`--${name} takes no value`);
    if (takes !== "needed" || value !== undefined) {
      options.push(arg);
      continue;
    }
    const { value: next } = rest.next();
    if (next === undefined) throw new Error(`--${name} needs a value`);
    options.push(`--${name}=${next}`);
  }
  return { named, options };
}
