/** What the Supabase CLI uploads for one function, and how to write it into an empty folder. */

import { dirname, join, normalize } from "node:path";
import { z } from "zod";

const metadataSchema = z.object({
  name: z.string(),
  entrypoint_path: z.string(),
  import_map_path: z.string().optional(),
  verify_jwt: z.boolean().optional(),
  static_patterns: z.array(z.string()).default([]),
});

export interface Upload {
  slug: string;
  metadata: z.infer<typeof metadataSchema>;
  /** Contents by path relative to the repository's root. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** Reads the multipart body of `POST …/functions/deploy`. Throws if it is not one. */
export async function readUpload(slug: string, body: FormData): Promise<Upload> {
  const metadata = body.get("metadata");
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const part of body.getAll("file")) {
    if (!(part instanceof File)) throw new TypeError("A part named file has no file name");
    files.set(part.name, new Uint8Array(await part.arrayBuffer()));
  }
  return {
    slug,
    metadata: metadataSchema.parse(JSON.parse(typeof metadata === "string" ? metadata : "null")),
    files,
  };
}

/** Writes the files below `folder`, replacing its contents. Refuses a path that would leave it. */
export async function writeUpload({ files }: Upload, folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const [path, bytes] of files) {
    if (normalize(path).startsWith("..") || path.startsWith("/")) {
      throw new Error(`Cannot write ${path}: it leads out of the folder`);
    }
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
}
