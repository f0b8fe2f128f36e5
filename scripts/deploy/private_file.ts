/** Writes text to a file that only this user can read, and removes it when the work is done. */
export async function withPrivateFile<T>(
  text: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ prefix: "deploy-" });
  try {
    await Deno.chmod(path, 0o600).catch(() => {});
    await Deno.writeTextFile(path, text);
    return await work(path);
  } finally {
    await Deno.remove(path);
  }
}
