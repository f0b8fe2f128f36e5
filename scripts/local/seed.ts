/** What somebody needs to try the product: a clinic, its owner, and an agent that answers the phone. */

import { z } from "zod";
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
  readonly role: "inbound" | "outbound";
  /** Null until the assistant was made at Vapi. */
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

const savedSchema = z.object({ agentId: z.string(), assistantId: z.string().nullable() });

/** Creates the organization with its default calendar and opening hours, and signs its owner in. */
export async function seedOrganization({ sql, signUp, signIn }: Stack): Promise<Seed> {
  const { userId } = await signUp(owner);
  const [org] = await sql<{ id: string }[]>`insert into organizations ${sql(clinic)} returning id`;
  if (!org) throw new Error("Cannot seed: the organization was not inserted");
  await sql`insert into members ${sql({ org_id: org.id, user_id: userId, role: "owner" })}`;
  const { accessToken } = await signIn(owner.email, owner.password);
  return {
    org: { id: org.id, name: clinic.name },
    user: { id: userId, ...owner, accessToken },
  };
}

/** Saves an agent as the console would, and gives Vapi ten seconds to know it. */
export async function seedAgent(stack: Stack, { org, user }: Seed): Promise<SeededAgent> {
  const response = await fetch(`${stack.functionsUrl}/agent-save`, {
    method: "POST",
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${user.accessToken}`,
      "content-type": "application/json",
      prefer: "wait=10",
    },
    body: JSON.stringify({ orgId: org.id, ...agent }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot save an agent: ${response.status} ${text}`);
  const { agentId, assistantId } = savedSchema.parse(JSON.parse(text));
  return { id: agentId, name: agent.name, role: agent.role, assistantId };
}
