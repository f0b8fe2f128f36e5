/** What is needed to try the product: a clinic, its owner, and an agent that answers the phone. */

import { answerOf, call, type Client, connect, saveAgent } from "../../console/client/mod.ts";
import type { Stack } from "./stack.ts";

export type Seed = {
  readonly org: { readonly id: string; readonly name: string };
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly password: string;
    readonly accessToken: string;
  };
};

export type SeededAgent = {
  readonly id: string;
  readonly name: string;
  /** `inbound` or `outbound`. */
  readonly role: string;
  /** Null until the assistant has been created at Vapi. */
  readonly assistantId: string | null;
};

const owner = { email: "owner@clinic.example.com", password: "local-development" };
const clinic = {
  name: "Example Clinic",
  timezone: "America/New_York",
  country: "US",
  phone: "+15551230100",
  alert_email: "alerts@clinic.example.com",
};
const agent = {
  role: "inbound",
  name: "Reception",
  systemPrompt: "You are the receptionist of Example Clinic. Help callers to book an appointment.",
  firstMessage: "Example Clinic, how can I help you?",
  language: "en",
} as const;

/** The owner's own client, as the console has it. */
export function ownerClient(stack: Stack, { user }: Pick<Seed, "user">): Client {
  return connect(stack.apiUrl, stack.publishableKey, {
    accessToken: () => Promise.resolve(user.accessToken),
  });
}

/** The clinic from an earlier run, in data that is kept; null if there is none. */
export async function keptClinic(
  stack: Stack,
): Promise<{ seed: Seed; agents: SeededAgent[] } | null> {
  const [known] = await stack.sql`select from auth.users where email = ${owner.email}`;
  if (known === undefined) return null;
  const user = await signInOwner(stack);
  const client = ownerClient(stack, { user });
  const [org] = await answerOf(client.from("organizations").select("id, name").order("created_at"));
  if (org === undefined) return null;
  const agents = await answerOf(
    client.from("agents").select("id, name, role, assistantId:assistant_id").eq("org_id", org.id)
      .order("created_at"),
  );
  return { seed: { org, user }, agents };
}

async function signInOwner(stack: Stack): Promise<Seed["user"]> {
  const { accessToken, userId } = await stack.signIn(owner.email, owner.password);
  return { id: userId, ...owner, accessToken };
}

/** Founds a clinic as its owner does, who then has the tools of both ways to book. */
export async function seedOrganization(stack: Stack): Promise<Seed> {
  const known = await stack.sql`select from auth.users where email = ${owner.email}`;
  if (known.length === 0) await stack.signUp(owner);
  const user = await signInOwner(stack);
  const client = ownerClient(stack, { user });
  const { orgId } = await call(client, "create_organization", {
    p_name: clinic.name,
    p_timezone: clinic.timezone,
    p_country: clinic.country,
    p_phone: clinic.phone,
  });
  const { alert_email } = clinic;
  await answerOf(
    client.from("organizations").update({ alert_email }).eq("id", orgId).select().single(),
  );
  await answerOf(
    client.from("booking_policies").update({ booking_path: "either" }).eq("org_id", orgId).select()
      .single(),
  );
  return { org: { id: orgId, name: clinic.name }, user };
}

/** Saves an agent as the console would, and waits up to ten seconds for Vapi to know it. */
export async function seedAgent(stack: Stack, seed: Seed): Promise<SeededAgent> {
  const saved = await saveAgent(
    ownerClient(stack, seed),
    { orgId: seed.org.id, ...agent },
    { waitSeconds: 10 },
  );
  if (saved.outcome === "conflict") throw new Error(saved.message);
  const { agentId, assistantId } = saved;
  return { id: agentId, name: agent.name, role: agent.role, assistantId };
}
