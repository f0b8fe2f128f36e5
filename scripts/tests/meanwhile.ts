/** What happens while a worker is about to write an assistant. */
import type { SyncDeps } from "../../shared/sync/deps.ts";

/** The worker; before each assistant that it creates, or updates, something else is done. */
export function beforeEach(
  method: "create" | "update",
  worker: SyncDeps,
  run: () => unknown,
): SyncDeps {
  const { assistants } = worker.vapi;
  const { create, update } = assistants;
  return {
    ...worker,
    vapi: {
      ...worker.vapi,
      assistants: {
        ...assistants,
        create: async (...args) => {
          if (method === "create") await run();
          return await create(...args);
        },
        update: async (...args) => {
          if (method === "update") await run();
          return await update(...args);
        },
      },
    },
  };
}
