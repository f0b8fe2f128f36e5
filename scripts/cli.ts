/**
 * What the commands in `scripts/` share: arguments, help, and the separation of output: results go to standard output and progress to
 * standard error.
 */

import { parseArgs, type ParseArgsConfig } from "node:util";

/** The shell's exit code for a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

const encoder = new TextEncoder();

const MARKS: Readonly<Record<string, number>> = { "✓": 32, ok: 32, "✗": 31, FAILED: 31, "!": 33 };

/** Colours the mark at the beginning of a line green, red or yellow, for a terminal. */
export function coloured(text: string): string {
  return text.replaceAll(
    /^(✓|✗|!|ok|FAILED)(?= )/gm,
    (mark) => `\x1b[${MARKS[mark]}m${mark}\x1b[0m`,
  );
}

function shown(text: string, output: { isTerminal(): boolean }): Uint8Array {
  return encoder.encode(`${output.isTerminal() && !Deno.noColor ? coloured(text) : text}\n`);
}

/** Writes a line of the command's result. */
export function print(line: string): void {
  Deno.stdout.writeSync(shown(line, Deno.stdout));
}

/** Writes one JSON object on a line of its own, as `--json` promises. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Writes a line for the person watching; never part of a result. */
export function progress(line: string): void {
  Deno.stderr.writeSync(shown(line, Deno.stderr));
}

/** `1 agent`, `2 agents`: a number of things whose plural takes an s. */
export function counted(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Parses a command's options. `--help` prints the text and exits with 0; an unknown or malformed option is reported with the text and exits
 * with 2.
 */
export function parseOptions<T extends Options>(
  help: string,
  options: T,
  args: string[] = Deno.args,
): ReturnType<typeof parseArgs<{ options: T & { help: { type: "boolean" } } }>>["values"] {
  try {
    const { values } = parseArgs({
      args,
      options: { ...options, help: { type: "boolean" as const, short: "h" } },
    });
    if ("help" in values && values.help === true) {
      print(help.trim());
      Deno.exit(0);
    }
    return values;
  } catch (error) {
    misused(help, error instanceof Error ? error.message : String(error));
  }
}

/** Reports what is wrong with the options, with the help, and exits with 2. */
export function misused(help: string, problem: string): never {
  progress(`${problem}\n\n${help.trim()}`);
  Deno.exit(2);
}

/** An option's value as a number above 0. Anything else is reported with the help and exits with 2. */
export function positiveNumber(help: string, name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  return misused(help, `--${name}=${text} is not a number above 0`);
}

/**
 * An option's value as a whole number in a range, by default from 0 on. Anything else is reported with
 * the help and exits with 2.
 */
export function wholeNumber(
  help: string,
  name: string,
  text: string,
  { from = 0, to = Number.MAX_SAFE_INTEGER } = {},
): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from} on` : `from ${from} to ${to}`;
  return misused(help, `--${name}=${text} is not a whole number ${range}`);
}

/** Runs a command and exits with its code; a failure is reported in a sentence, without a stack, and exits with 1. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main());
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process as usual. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const signals = ["SIGINT", "SIGTERM"] as const;
    const stop = () => {
      for (const signal of signals) Deno.removeSignalListener(signal, stop);
      resolve();
    };
    for (const signal of signals) Deno.addSignalListener(signal, stop);
  });
}
