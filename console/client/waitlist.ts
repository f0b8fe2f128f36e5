/** People who wait for a slot to become free. Adding and removing them are rpcs: call.ts. */
import type { Tables } from "../../shared/database_types.ts";
import { answerOf, type Client } from "./client.ts";
import { type Page, rangeOf } from "./page.ts";

/** An entry with the person, what they wait for, and what they were offered. */
export type WaitlistEntry =
  & Pick<
    Tables<"waitlist_entries">,
    | "id"
    | "org_id"
    | "state"
    | "patient_name"
    | "from_day"
    | "until_day"
    | "part_of_day"
    | "appointment_id"
    | "created_at"
  >
  & {
    contacts: Pick<Tables<"contacts">, "id" | "name" | "phone">;
    services: Pick<Tables<"services">, "id" | "name">;
    /** Null: any provider will do. */
    calendars: Pick<Tables<"calendars">, "id" | "name"> | null;
    /** The latest first. */
    waitlist_offers: Pick<
      Tables<"waitlist_offers">,
      "id" | "state" | "starts_at" | "expires_at" | "answered_at"
    >[];
  };

const COLUMNS =
  "id, org_id, state, patient_name, from_day, until_day, part_of_day, appointment_id, created_at, " +
  "contacts (id, name, phone), services (id, name), calendars (id, name), " +
  "waitlist_offers (id, state, starts_at, expires_at, answered_at)";

/** Those of an organization who wait, in the order in which they are asked; with `ended`, those who no longer wait, the latest first. */
export function listWaitlist(
  client: Client,
  orgId: string,
  { ended = false, ...page }: Page & { ended?: boolean } = {},
): Promise<WaitlistEntry[]> {
  const entries = client.from("waitlist_entries").select<typeof COLUMNS, WaitlistEntry>(COLUMNS)
    .eq("org_id", orgId);
  return answerOf(
    (ended ? entries.neq("state", "waiting") : entries.eq("state", "waiting"))
      .order("created_at", { ascending: !ended }).order("id")
      .order("created_at", { referencedTable: "waitlist_offers", ascending: false })
      .range(...rangeOf(page)),
  );
}
