/** Runs functions in this very process, for what can only be seen from within: which files run, and what calls what. */
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { FunctionInstance, Launch } from "../../local/function_process.ts";

const moduleSchema = z.object({
  default: z.object({ fetch: z.custom<(request: Request) => Promise<Response>>() }),
});

export interface Here {
  launch: Launch;
  /** Resolves when nothing goes on in the background. */
  idle(): Promise<void>;
}

/** They share one environment, this process's: enough for functions of one stack. */
export function launchHere(): Here {
  const background = new Set<Promise<unknown>>();
  globalThis.EdgeRuntime = {
    waitUntil(promise) {
      const work = promise.finally(() => background.delete(work));
      background.add(work);
    },
  };
  const idle = async () => {
    while (background.size > 0) await Promise.allSettled(background);
  };
  return {
    idle,
    async launch({ entry, env }): Promise<FunctionInstance> {
      for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
      const { default: served } = moduleSchema.parse(await import(pathToFileURL(entry).href));
      const ended = Promise.withResolvers<void>();
      const end = () => Promise.resolve(ended.resolve());
      return {
        handle: (request, target) =>
          served.fetch(new Request(new URL(target, "http://here.internal"), request)),
        idle,
        exited: ended.promise,
        stop: end,
        kill: end,
      };
    },
  };
}
