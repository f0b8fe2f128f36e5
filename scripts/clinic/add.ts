/** Adds a clinic and its owner with the platform's secret key. Repeated, it adds nothing. */
import { z } from "zod";
import { SQLSTATES } from "../../shared/db.ts";
import { type Connection, DatabaseRefusal } from "../connection.ts";
import type { Hours } from "./hours.ts";

export interface NewClinic {
  name: string;
  /** IANA zone, and ISO 3166-1 country. */
  timezone: string;
  country: string;
  /** E-mail address. */
  owner: string;
  phone?: string;
  hours?: Hours[];
  /** The id at Vapi of the number that its callers dial. */
  number?: string;
}

export interface AddedClinic {
  orgId: string;
  isNew: boolean;
  owner: {
    email: string;
    userId: string;
    /** Null if the user already existed. To be changed at the first sign-in. */
    password: string | null;
  };
}

const addedSchema = z.object({ orgId: z.uuid(), isNew: z.boolean(), ownerId: z.uuid() });

/** Throws an Error that says what is wrong; then nothing has been added. */
export async function addClinic(
  api: Pick<Connection, "rpc" | "auth">,
  clinic: NewClinic,
): Promise<AddedClinic> {
  const email = clinic.owner.trim().toLowerCase();
  const add = async () =>
    addedSchema.parse(
      await api.rpc("add_clinic", {
        p_name: clinic.name,
        p_timezone: clinic.timezone,
        p_country: clinic.country,
        p_owner_email: email,
        p_phone: clinic.phone ?? null,
        p_hours: clinic.hours?.map((hours) => ({ ...hours })) ?? null,
        p_vapi_phone_number_id: clinic.number ?? null,
      }),
    );
  let password: string | null = null;
  const { orgId, isNew, ownerId } = await add().catch(async (error) => {
    // Only the user was missing: a password that was printed is never lost because of another mistake.
    if (!(error instanceof DatabaseRefusal && error.code === SQLSTATES.not_found)) throw error;
    password = await createUser(api, email);
    return await add();
  });
  return { orgId, isNew, owner: { email, userId: ownerId, password } };
}

/** The new user's password. The address counts as verified: the operator vouches for it. */
async function createUser(api: Pick<Connection, "auth">, email: string): Promise<string> {
  const password = newPassword();
  const { ok, body } = await api.auth("admin/users", { email, password, email_confirm: true });
  if (!ok) throw new Error(`Cannot create the user ${email}: ${JSON.stringify(body)}`);
  return password;
}

/** 24 characters, 120 bits. */
function newPassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  const random = crypto.getRandomValues(new Uint8Array(24));
  return Array.from(random, (byte) => letters[byte % letters.length]).join("");
}
