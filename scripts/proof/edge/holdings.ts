/** What an isolate has been given for a limited time: the leases of its jobs, and its claims. */
import type { Sql } from "postgres";
import { z } from "zod";
import type { Effect } from "./effect.ts";

const argumentsSchema = z.object({
  p_claim_token: z.string().optional(),
  p_bulk_worker: z.string().nullish(),
});
const claimSchema = z.object({ jobs: z.array(z.object({ leaseToken: z.string() })) });

export class Holdings {
  readonly #leases = new Set<string>();
  readonly #claims = new Set<string>();
  readonly #bulk = new Set<string>();

  /** Reads from an effect what the isolate requests in its own name. */
  noteRequest({ name, body }: Effect): void {
    if (name !== "rpc claim_registrations" && name !== "rpc claim_sync_jobs") return;
    const { p_claim_token: claim, p_bulk_worker: bulk } = argumentsSchema.parse(JSON.parse(body));
    if (claim !== undefined) this.#claims.add(claim);
    if (typeof bulk === "string") this.#bulk.add(bulk);
  }

  /** Reads from an answer what the database has given. */
  noteAnswer({ name }: Effect, status: number, body: string): void {
    const isClaim = name === "rpc claim_sync_jobs" || name === "rpc claim_outbox_jobs";
    if (!isClaim || status !== 200) return;
    for (const { leaseToken } of claimSchema.parse(JSON.parse(body)).jobs) {
      this.#leases.add(leaseToken);
    }
  }

  /** Makes all of it expire, as if it had been given long ago. */
  async expire(sql: Sql): Promise<void> {
    if (this.#leases.size + this.#claims.size + this.#bulk.size === 0) return;
    await sql`
      with leases as (
        update jobs set lease_until = now() - interval '1 second'
        where status = 'running' and lease_token = any (${[...this.#leases]}::uuid[])
      ), claims as (
        update vapi_tools set claimed_until = now() - interval '1 second'
        where state = 'creating' and claim_token = any (${[...this.#claims]}::uuid[])
      )
      update queues set bulk_until = now() - interval '1 second'
      where bulk_worker = any (${[...this.#bulk]}::uuid[])`;
    // The others stay: a request that the isolate gave up waiting for may take effect only now.
    this.#leases.clear();
  }
}
