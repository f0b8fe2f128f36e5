import { z } from "zod";
import type { JsonObject } from "../../../../shared/json.ts";
import type { Person } from "../person.ts";

const savedSchema = z.object({ agentId: z.string(), version: z.number() });

/** Saves an inbound agent of an organization, as its owner. */
export async function saveAgent(
  { stack, accessToken }: Person,
  orgId: string,
  fields: JsonObject & { name: string },
): Promise<z.infer<typeof savedSchema>> {
  const response = await fetch(`${stack.functionsUrl}/agent-save`, {
    method: "POST",
    headers: {
      apikey: stack.publishableKey,
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      orgId,
      role: "inbound",
      systemPrompt: "You are the receptionist of Example Clinic.",
      ...fields,
    }),
  });
  return savedSchema.parse(await response.json());
}
