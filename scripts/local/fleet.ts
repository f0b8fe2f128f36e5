/** Many organizations with agents that already have assistants at Vapi, as an older platform left them. */

import type { JsonObject } from "../../shared/json.ts";
import type { Stack } from "./stack.ts";

export type FleetAgent = {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly assistantId: string;
};

export type Fleet = {
  /** In the order of their organizations. */
  readonly agents: readonly FleetAgent[];
};

export type FleetOptions = {
  readonly organizations: number;
  /** Agents of the organization with this number, from 0. */
  readonly agentsOf: (organization: number) => number;
  /** Merged into the body of the agent's assistant, by top-level key. */
  readonly assistant?: (agent: { id: string; name: string; index: number }) => JsonObject;
};

const PROMPT = "You answer the phone of a clinic. Be kind, be brief, and never guess a date. ";
const REQUESTS_AT_ONCE = 20;

/** The body of an assistant that somebody made by hand. */
export function handMadeAssistant(name: string): JsonObject {
  return {
    name,
    firstMessage: "Hello, how can I help you?",
    voice: { provider: "11labs", voiceId: "paula" },
    model: {
      provider: "openai",
      model: "gpt-4o",
      temperature: 0.4,
      messages: [{ role: "system", content: PROMPT.repeat(20) }],
    },
  };
}

/** Creates them all. None of the agents was ever applied. */
export async function seedFleet(
  { sql, vapi }: Pick<Stack, "sql" | "vapi">,
  { organizations, agentsOf, assistant = () => ({}) }: FleetOptions,
): Promise<Fleet> {
  const orgs = await sql<{ id: string }[]>`
    insert into organizations (name, timezone, country)
    select 'Clinic ' || lpad(n::text, 6, '0'), 'Europe/Berlin', 'DE'
    from generate_series(0, ${organizations - 1}) n
    returning id`;
  const rows = orgs.flatMap(({ id }, organization) =>
    Array.from({ length: agentsOf(organization) }, (_, number) => ({
      id: crypto.randomUUID(),
      orgId: id,
      name: `Reception ${organization}-${number}`,
    }))
  );

  const agents: FleetAgent[] = [];
  const queue = rows.entries();
  const create = async () => {
    for (const [index, row] of queue) {
      const body = { ...handMadeAssistant(row.name), ...assistant({ ...row, index }) };
      agents[index] = { ...row, assistantId: await createAssistant(vapi, body) };
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, create));

  await sql`
    insert into agents (id, org_id, name, role, system_prompt, assistant_id)
    select id, org_id, name, 'inbound', ${PROMPT}, assistant_id
    from unnest(
      ${agents.map(({ id }) => id)}::uuid[], ${agents.map(({ orgId }) => orgId)}::uuid[],
      ${agents.map(({ name }) => name)}::text[], ${
    agents.map(({ assistantId }) => assistantId)
  }::text[]
    ) as agent (id, org_id, name, assistant_id)`;
  return { agents };
}

async function createAssistant(vapi: Stack["vapi"], body: JsonObject): Promise<string> {
  const response = await fetch(`${vapi.url}/assistant`, {
    method: "POST",
    headers: { authorization: `Bearer ${vapi.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const created: unknown = await response.json();
  if (typeof created === "object" && created !== null && "id" in created) return String(created.id);
  throw new Error(`Cannot create an assistant: ${response.status} ${JSON.stringify(created)}`);
}
