/**
 * Settings of an organization, as members read them. Owners and admins write them with the client itself, which knows the tables and their
 * columns: `answerOf(client.from("services").update(change).eq("id", id).select().single())` throws `invalid_input` with what is wrong with
 * the row, and `not_found` if there is none that the user may change.
 */
import type { Tables } from "../../shared/database_types.ts";
import { answerOf, type Client } from "./client.ts";

/** An organization with all its settings. */
export type ClinicSettings = Tables<"organizations"> & {
  booking_policies: Tables<"booking_policies"> | null;
  sms_policies: Tables<"sms_policies"> | null;
  services: Tables<"services">[];
  calendars: Tables<"calendars">[];
  /** Who offers a service; one without any is offered by every calendar. Written by `set_service_calendars`. */
  calendar_services: Tables<"calendar_services">[];
  locations: Tables<"locations">[];
  business_hours: Tables<"business_hours">[];
  closures: Tables<"closures">[];
  faq_entries: Tables<"faq_entries">[];
  phone_numbers: Tables<"phone_numbers">[];
};

const ALL =
  "*, booking_policies (*), sms_policies (*), services (*), calendars (*), calendar_services (*), locations (*), " +
  "business_hours (*), closures (*), faq_entries (*), phone_numbers (*)";

/** All of it in one request. Throws `not_found`. */
export function readSettings(client: Client, orgId: string): Promise<ClinicSettings> {
  return answerOf(
    client.from("organizations").select<typeof ALL, ClinicSettings>(ALL).eq("id", orgId)
      .order("position", { referencedTable: "services" })
      .order("position", { referencedTable: "calendars" })
      .order("position", { referencedTable: "locations" })
      .order("weekday", { referencedTable: "business_hours" })
      .order("opens", { referencedTable: "business_hours" })
      .order("first_day", { referencedTable: "closures" })
      .order("position", { referencedTable: "faq_entries" })
      .single(),
  );
}

/** An organization of the signed-in user, with the user's role. */
export type Membership = Pick<Tables<"members">, "org_id" | "role"> & {
  organizations: Pick<Tables<"organizations">, "id" | "name" | "timezone" | "country">;
};

/** The organizations that the user belongs to. */
export function listMemberships(client: Client, userId: string): Promise<Membership[]> {
  const columns = "org_id, role, organizations (id, name, timezone, country)";
  return answerOf(
    client.from("members").select<typeof columns, Membership>(columns).eq("user_id", userId)
      .order("created_at"),
  );
}
