/** Which product code runs while something happens, according to V8 itself, which counts the calls of every function. */
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { relative } from "node:path";
import { repository } from "../../local/migrations.ts";

const coverageSchema = z.object({
  result: z.array(z.object({
    url: z.string(),
    functions: z.array(z.object({
      functionName: z.string(),
      ranges: z.array(z.object({ count: z.number() })),
    })),
  })),
});

export interface Executed {
  /** Paths of the files under functions/ and shared/ in which a function was called, sorted. */
  files: string[];
  /** How many of their named functions were called. */
  functions: number;
}

export async function executed(act: () => Promise<unknown>): Promise<Executed> {
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
    const files = result.filter(({ url }) => url.startsWith("file:"))
      .map(({ url, functions }) => ({
        path: relative(repository, fileURLToPath(url)),
        called: functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
      }))
      .filter(({ path, called }) => /^(functions|shared)\//.test(path) && called.length > 0);
    const named = files.flatMap(({ called }) => called.filter((each) => each.functionName !== ""));
    return { files: files.map(({ path }) => path).sort(), functions: named.length };
  } finally {
    await post("Profiler.stopPreciseCoverage");
    session.disconnect();
  }
}
