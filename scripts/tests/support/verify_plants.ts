/** What can be wrong, and how a test makes it so: at Vapi by hand, past every check, or in our own tables. */
import type { FindingCode } from "../../../functions/verify-config/finding.ts";
import { prepareCatalogue } from "../../../shared/assistants/catalogue.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import type { Org, World } from "./world.ts";

export interface Clinic {
  org: Org;
  agentId: string;
  assistantId: string;
}

/** What is done to Vapi, or to our own tables, so that one thing is wrong. Returns the expected codes if there are more. */
export type Plant = (world: World, clinic: Clinic) => Promise<FindingCode[] | void> | void;

export const TOOL = "bookClinicAppointment";

export async function toolId(world: World, name = TOOL): Promise<string> {
  return (await world.currentTools()).get(name) ?? "";
}

/** Changes the tool at Vapi by hand, past every check. */
// deno-lint-ignore no-explicit-any -- breaking what the types forbid is the point
export async function editTool(world: World, edit: (tool: any) => void): Promise<void> {
  const id = await toolId(world);
  const tool = structuredClone(world.stack.vapi.state.tools.get(id));
  edit(tool);
  world.stack.vapi.dashboard.putTool(tool!);
}

// deno-lint-ignore no-explicit-any -- as above
export function editAssistant({ stack }: World, id: string, edit: (assistant: any) => void): void {
  const assistant = structuredClone(stack.vapi.state.assistants.get(id));
  edit(assistant);
  stack.vapi.dashboard.putAssistant(assistant!);
}

export const PLANTS: Partial<Record<FindingCode, Plant>> = {
  localhost_url: (world) =>
    editTool(world, (tool) => tool.server.url = "http://localhost:3000/book"),
  insecure_url: (world) =>
    editTool(world, (tool) => tool.server.url = tool.server.url.replace("https", "http")),
  stale_host: (world) =>
    editTool(world, (tool) => tool.server.url = tool.server.url.replace("backend", "old-tunnel")),
  wrong_path: (world) => editTool(world, (tool) => tool.server.url += "-old"),
  wrong_url: (world) => editTool(world, (tool) => tool.server.url += "?v=1"),
  missing_required: (world) =>
    editTool(world, (tool) => tool.function.parameters.required = ["patientName"]),
  property_missing: (world) =>
    editTool(world, (tool) => delete tool.function.parameters.properties.notes),
  property_differs: (world) =>
    editTool(world, (tool) => tool.function.parameters.properties.patientPhone.type = "number"),
  description_differs: (world) => editTool(world, (tool) => tool.function.description = "Books."),
  async_tool: (world) => editTool(world, (tool) => tool.async = true),
  no_auth: (world) => editTool(world, (tool) => delete tool.server.headers["x-vapi-secret"]),
  wrong_secret: (world) => editTool(world, (tool) => tool.server.headers["x-vapi-secret"] = "old"),
  missing_tool: async (world) => {
    world.stack.vapi.dashboard.deleteTool(await toolId(world));
    return ["missing_tool", "dangling_tool"];
  },
  not_registered: async (world) => {
    await world.stack
      .sql`update vapi_tools set state = 'deleted' where name = ${TOOL} and state = 'current'`;
    return ["not_registered"];
  },
  outdated_definition: async ({ stack }) => {
    await stack
      .sql`update vapi_tools set definition_hash = repeat('0', 64) where name = ${TOOL} and state = 'current'`;
    // Only a worker that started after the registry changed may roll it forward: a deployment starts new ones.
    await stack.functions.restart("tool-sync");
  },
  duplicate_tool: async (world) => {
    const [tool] = await prepareCatalogue(catalogue.filter(({ name }) => name === TOOL), {
      backendUrl: "https://backend.example.test/functions/v1",
      webhookSecret: world.stack.webhookSecret,
    });
    world.stack.vapi.dashboard.createTool(tool?.body);
  },
  not_synced: async (world, { org }) => {
    await world.stack.sql`
      insert into agents (org_id, name, role, system_prompt) values (${org.id}, 'Never synced', 'inbound', 'Be kind.')`;
  },
  missing_assistant: (world, { assistantId }) => {
    world.stack.vapi.dashboard.deleteAssistant(assistantId);
  },
  not_linked: async (world, { assistantId }) => {
    const id = await toolId(world);
    editAssistant(
      world,
      assistantId,
      ({ model }) => model.toolIds = model.toolIds.filter((each: string) => each !== id),
    );
  },
  linked_but_disabled: async (world, { agentId }) => {
    await world.stack.sql`update agents set tools = '{checkAvailability}' where id = ${agentId}`;
    return catalogue.filter(({ name }) => name !== "checkAvailability").map(() =>
      "linked_but_disabled" as const
    );
  },
  retired_tool: async (world, { assistantId }) => {
    const { id } = world.stack.vapi.dashboard.createTool({
      type: "function",
      function: { name: "formerTool" },
      server: { url: "https://backend.example.test/functions/v1/former-tool" },
    });
    await world.stack.sql`
      insert into vapi_tools (name, vapi_tool_id, definition_hash, state) values ('formerTool', ${id}, repeat('0', 64), 'retired')`;
    editAssistant(world, assistantId, ({ model }) => model.toolIds.push(id));
  },
  dangling_tool: (world, { assistantId }) => {
    editAssistant(world, assistantId, ({ model }) => model.toolIds.push("tool-that-is-gone"));
  },
  pinned_version: async (world, { assistantId }) => {
    const id = await toolId(world);
    editAssistant(world, assistantId, ({ model }) => {
      model.toolIds = model.toolIds.filter((each: string) => each !== id);
      model.toolRefs = [{ toolId: id, version: "v1" }];
    });
  },
  outdated_facts: (world, { assistantId }) => {
    editAssistant(world, assistantId, ({ model }) => {
      model.messages[0].content = model.messages[0].content.replace("Open: Monday", "Open: Sunday");
    });
  },
  wrong_server: (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => {
      assistant.server.url = assistant.server.url.replace("backend", "old-tunnel");
    });
  },
  wrong_server_secret: (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => {
      assistant.server.headers["x-vapi-secret"] = "old";
    });
  },
  wrong_metadata: (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => delete assistant.metadata.org_id);
  },
  messages_filtered: (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => assistant.serverMessages = ["status-update"]);
  },
};
