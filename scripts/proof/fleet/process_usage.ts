/** A function's use of the machine, from `ps`. */

export type ProcessUsage = {
  readonly residentMb: number;
  readonly cpuSeconds: number;
};

type Row = { pid: number; parent: number; rss: number; cpu: string; command: string };

/** The usage of a function of a stack in this process; null while it is not running, or if there is no `ps`. */
export async function usageOf(slug: string): Promise<ProcessUsage | null> {
  const rows = await processes();
  // The function runs under a guard, which is our child.
  const guards = new Set(rows.filter(({ parent }) => parent === Deno.pid).map(({ pid }) => pid));
  const found = rows.find(({ parent, command }) =>
    guards.has(parent) && command.includes(`function_runner.ts ${slug} `)
  );
  if (found === undefined) return null;
  return { residentMb: Math.round(found.rss / 1024), cpuSeconds: seconds(found.cpu) };
}

async function processes(): Promise<Row[]> {
  try {
    const { stdout } = await new Deno.Command("ps", {
      args: ["-axww", "-o", "pid=,ppid=,rss=,time=,args="],
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
      const [, pid, parent, rss, cpu, command] =
        /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      if (cpu === undefined || command === undefined) return [];
      return [{ pid: Number(pid), parent: Number(parent), rss: Number(rss), cpu, command }];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** "[[days-]hours:]minutes:seconds" → seconds. */
function seconds(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
