import { z } from "zod";
import { lease } from "../../shared/worker/job.ts";
import type { OutboxDeps } from "./deps.ts";
import type { OutboxJob } from "./job.ts";

const outcomeSchema = z.string();

/**
 * Offers a slot that has become free to the next entry on the waiting list. The database decides which, and when the one after
 * that is asked.
 */
export async function offerSlot({ db }: OutboxDeps, job: OutboxJob): Promise<string> {
  return outcomeSchema.parse(await db.rpc("offer_slot", lease(job)));
}
