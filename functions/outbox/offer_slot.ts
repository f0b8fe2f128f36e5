import { z } from "zod";
import { lease } from "../../shared/worker/job.ts";
import type { OutboxDeps } from "./deps.ts";
import type { OutboxJob } from "./job.ts";

const outcomeSchema = z.string();

/** Offers a freed slot to the next on the waiting list: the database decides to whom, and when the one after that is asked. */
export async function offerSlot({ db }: OutboxDeps, job: OutboxJob): Promise<string> {
  return outcomeSchema.parse(await db.rpc("offer_slot", lease(job)));
}
