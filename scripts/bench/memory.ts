/** Resident memory of the functions' processes, from /proc; empty if there is no /proc (not Linux). */

/** MB by slug. Counts the functions of every stack on this machine, so measure with a single one. */
export async function functionMemory(): Promise<Record<string, number>> {
  const memory: Record<string, number> = {};
  try {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const command = await read(`/proc/${name}/cmdline`);
      const [, slug] = /function_runner\.ts\0([\w-]+)\0/.exec(command) ?? [];
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(await read(`/proc/${name}/status`)) ?? [];
      if (slug === undefined || kilobytes === undefined) continue;
      memory[slug] = Math.max(memory[slug] ?? 0, Math.round(Number(kilobytes) / 1024));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return memory;
}

/** Empty for a process that has just ended. */
async function read(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}
