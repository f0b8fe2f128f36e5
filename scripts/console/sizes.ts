import { join } from "node:path";
import { gzipSync } from "node:zlib";

export interface FileSize {
  readonly name: string;
  readonly bytes: number;
  /** As a host sends it. */
  readonly gzip: number;
}

/** The files of a folder with their sizes, by name. */
export async function sizes(folder: string): Promise<FileSize[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  return await Promise.all(names.map(async (name) => {
    const content = await Deno.readFile(join(folder, name));
    return { name, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length };
  }));
}
