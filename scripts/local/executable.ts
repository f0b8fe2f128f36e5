/** npm's archives may drop the executable bit; sets it on a file of ours and returns the path. */
export async function chmodIfNeeded(path: string): Promise<string> {
  const mode = (await Deno.stat(path)).mode ?? 0;
  if ((mode & 0o100) === 0) await Deno.chmod(path, mode | 0o755);
  return path;
}
