/** What somebody does at Vapi by hand. */
import { z } from "zod";
import type { JsonObject } from "../../../shared/json.ts";
import type { VapiDouble } from "../../local/vapi/mod.ts";

const createdSchema = z.object({ id: z.string() });

/** The body of a function tool, linked or inline. */
export function functionTool(name: string, url: string): JsonObject {
  return {
    type: "function",
    function: { name, parameters: { type: "object", properties: { note: { type: "string" } } } },
    server: { url },
  };
}

/** Creates a tool and returns its id. */
export async function createTool(vapi: VapiDouble, body: JsonObject): Promise<string> {
  return createdSchema.parse(await send(vapi, "POST", "/tool", body)).id;
}

/** Changes keys of an assistant's `model`, and leaves its others. */
export async function patchAssistant(
  vapi: VapiDouble,
  id: string,
  model: Record<string, unknown>,
): Promise<void> {
  await send(vapi, "PATCH", `/assistant/${id}`, {
    model: { ...vapi.state.assistants.get(id)?.model, ...model },
  });
}

export async function deleteAssistant(vapi: VapiDouble, id: string): Promise<void> {
  await send(vapi, "DELETE", `/assistant/${id}`);
}

async function send(
  { url, key }: VapiDouble,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}
