/** Which files of the product do something while something happens: told by V8 itself, which counts the calls of every function. */
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { relative } from "node:path";
import { repository } from "../../local/migrations.ts";

const coverageSchema = z.object({
  result: z.array(z.object({
    url: z.string(),
    functions: z.array(z.object({ ranges: z.array(z.object({ count: z.number() })) })),
  })),
});

/** Runs it, and returns the paths of files under functions/ and shared/ of which a function was called, sorted. */
export async function executedFiles(act: () => Promise<unknown>): Promise<string[]> {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    session.post(
      method,
      parameters,
      (error, answer) => error === null ? resolve(answer) : reject(error),
    );
    return promise;
  };
  try {
    await post("Profiler.enable");
    await post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    await act();
    const { result } = coverageSchema.parse(await post("Profiler.takePreciseCoverage"));
    return result
      .filter(({ url }) => url.startsWith("file:"))
      .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
      .map(({ url }) => relative(repository, fileURLToPath(url)))
      .filter((path) => /^(functions|shared)\//.test(path)).sort();
  } finally {
    await post("Profiler.stopPreciseCoverage");
    session.disconnect();
  }
}
