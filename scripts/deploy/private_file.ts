import { join } from "node:path";
import { temporaryDirectory } from "../local/temporary_directory.ts";

/** Writes text to a file that only this user can read, and that is removed when the work, or this process, ends. */
export async function withPrivateFile<T>(
  text: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await temporaryDirectory();
  try {
    const path = join(folder.path, "deploy");
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return await work(path);
  } finally {
    await folder.remove();
  }
}
