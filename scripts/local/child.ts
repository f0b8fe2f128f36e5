/**
 * Child processes that cannot be left behind: each runs under `guard.sh`, which stops it as soon as this process closes the pipe between
 * them, whether by `stop()`, by a crash or by SIGKILL.
 */

import { textLines } from "./lines.ts";

const guard = new URL("./guard.sh", import.meta.url);
const tailLength = 40;

export type ChildOptions = {
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment; nothing is inherited but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Numeric user and group to run as; only root may ask for it. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Signal that asks the command to end; default TERM. */
  readonly stopSignal?: "TERM" | "INT" | "QUIT" | "KILL";
  /**
   * Created before the command starts, which enters it; removed once it has ended, even if this process no longer exists. At no moment
   * could it be left behind.
   */
  readonly directory?: string;
  /** A line of shell, ending in `exec`, that has to succeed before the command is run. */
  readonly prepare?: string;
  /** Called with each line that the command prints. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
};

export type Child = {
  /** Resolves with the exit code once the command has ended and its output has been read. */
  readonly exited: Promise<number>;
  /** Sends a signal, such as "KILL" or "STOP", to the command. */
  signal(name: string): Promise<void>;
  /** Ends the command and resolves when it is gone. May be called again. */
  stop(): Promise<void>;
  /** The last lines it printed, for an error message. */
  tail(): string;
};

/** Starts a command under the guard. Throws Deno.errors.NotFound when there is no `sh`. */
export function startChild(options: ChildOptions): Child {
  const { command, args = [], env = {}, cwd, user, stopSignal = "TERM" } = options;
  const { directory = "", prepare = "" } = options;
  const path = Deno.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
  const process = new Deno.Command("sh", {
    args: [
      ...["-c", Deno.readTextFileSync(guard), "guard"],
      ...[stopSignal, directory, prepare, command, ...args],
    ],
    clearEnv: true,
    env: { PATH: path, ...env },
    // Another user may not have access to the current directory.
    ...(cwd === undefined && user === undefined ? {} : { cwd: cwd ?? "/" }),
    ...user,
    // A session of its own: Ctrl-C reaches only us, and we end everything in the right order.
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  const last: string[] = [];
  const read = async (
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    name: "stdout" | "stderr",
  ) => {
    for await (const line of textLines(stream)) {
      if (last.push(line) > tailLength) last.shift();
      options.onLine?.(line, name);
    }
  };
  const output = [read(process.stdout, "stdout"), read(process.stderr, "stderr")];
  const exited = Promise.all([process.status, ...output]).then(([status]) => status.code);

  const leash = process.stdin.getWriter();
  let released: Promise<void> | undefined;
  return {
    exited,
    signal: (name) => leash.write(new TextEncoder().encode(`${name}\n`)).catch(() => {}),
    stop: async () => {
      released ??= leash.close().catch(() => {});
      await released;
      await exited;
    },
    tail: () => last.join("\n"),
  };
}
