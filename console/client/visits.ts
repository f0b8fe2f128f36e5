/** Visits as the staff see them. Booking, moving and closing them are rpcs: call.ts. */
import type { Tables } from "../../shared/database_types.ts";
import { answerOf, type Client } from "./client.ts";
import type { DayRange } from "./day.ts";
import { rangeOf } from "./page.ts";

/** A visit with whom, where and what for. */
export type Visit =
  & Pick<
    Tables<"appointments">,
    | "id"
    | "org_id"
    | "state"
    | "starts_at"
    | "ends_at"
    | "patient_name"
    | "notes"
    | "call_id"
    | "notifications"
    | "attending_at"
  >
  & {
    contacts: Pick<Tables<"contacts">, "id" | "name" | "phone" | "email"> | null;
    calendars: Pick<Tables<"calendars">, "id" | "name">;
    services: Pick<Tables<"services">, "id" | "name">;
  };

const COLUMNS =
  "id, org_id, state, starts_at, ends_at, patient_name, notes, call_id, notifications, attending_at, " +
  "contacts (id, name, phone, email), calendars (id, name), services (id, name)";

/** Those of an organization that begin within the range, in order, including held slots and cancelled visits. See `dayRange`. */
export function listVisits(
  client: Client,
  orgId: string,
  { from, until }: DayRange,
): Promise<Visit[]> {
  return answerOf(
    client.from("appointments").select<typeof COLUMNS, Visit>(COLUMNS).eq("org_id", orgId)
      .gte("starts_at", from).lt("starts_at", until)
      .order("starts_at").order("id").range(...rangeOf({ limit: 1000 })),
  );
}
