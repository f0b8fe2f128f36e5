/** What can be wrong, and how a test makes it so: at Vapi by hand, bypassing every check, or in our own tables. */
import type { FindingCode } from "../../../functions/verify-config/finding.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import { BACKEND_URL, type Org, type World } from "./world.ts";

export interface Clinic {
  org: Org;
  agentId: string;
  assistantId: string;
}

/** What should be found, and for which agent or tool. */
export type Place = readonly [FindingCode, agentIdOrTool: string];

/** The change at Vapi, or in our own tables, that makes one thing wrong. Returns what is found, if that differs. */
type Plant = (world: World, clinic: Clinic) => Promise<Place[] | void> | Place[] | void;

export interface Fault {
  code: FindingCode;
  plant: () => Promise<Place[]>;
}

const TOOL = "bookClinicAppointment";

async function toolId(world: World, name = TOOL): Promise<string> {
  return (await world.currentTools()).get(name) ?? "";
}

// deno-lint-ignore no-explicit-any -- breaking what the types forbid is the point
export function editAssistant({ stack }: World, id: string, edit: (assistant: any) => void): void {
  const assistant = structuredClone(stack.vapi.state.assistants.get(id));
  edit(assistant);
  stack.vapi.dashboard.putAssistant(assistant!);
}

/** What can be wrong with a tool's definition at Vapi: each in a different tool, so that all can be wrong at the same time. */
// deno-lint-ignore no-explicit-any -- as above
const IN_DEFINITIONS: readonly (readonly [FindingCode, tool: string, (tool: any) => void])[] = [
  [
    "localhost_url",
    "findAppointments",
    ({ server }) => server.url = "http://localhost:3000/find",
  ],
  [
    "insecure_url",
    "cancelAppointment",
    ({ server }) => server.url = server.url.replace("https", "http"),
  ],
  [
    "stale_host",
    "checkAvailability",
    ({ server }) => server.url = server.url.replace("backend", "old-tunnel"),
  ],
  ["wrong_path", "clinicInfo", ({ server }) => server.url += "-old"],
  ["wrong_url", "joinWaitlist", ({ server }) => server.url += "?v=1"],
  ["missing_required", TOOL, (tool) => tool.function.parameters.required = ["patientName"]],
  [
    "property_missing",
    "rescheduleAppointment",
    (tool) => delete tool.function.parameters.properties.phone,
  ],
  [
    "property_differs",
    "reserveAppointment",
    (tool) => tool.function.parameters.properties.patientPhone.type = "number",
  ],
  ["description_differs", "reserveSlot", (tool) => tool.function.description = "Holds."],
  ["async_tool", "sendBookingConfirmation", (tool) => tool.async = true],
  ["no_auth", "sendSms", ({ server }) => delete server.headers["x-vapi-secret"]],
  ["wrong_secret", "verifyBookingCode", ({ server }) => server.headers["x-vapi-secret"] = "old"],
];

/** What can be wrong with a tool as a whole: it affects every agent, so one at a time. */
const IN_REGISTRY: readonly (readonly [FindingCode, Plant])[] = [
  ["missing_tool", async (world, { agentId }) => {
    world.stack.vapi.dashboard.deleteTool(await toolId(world));
    return [["missing_tool", TOOL], ["dangling_tool", agentId]];
  }],
  ["not_registered", async (world) => {
    await world.stack
      .sql`update vapi_tools set state = 'deleted' where name = ${TOOL} and state = 'current'`;
  }],
  ["outdated_definition", async ({ stack }) => {
    await stack
      .sql`update vapi_tools set definition_hash = repeat('0', 64) where name = ${TOOL} and state = 'current'`;
    // Only a worker that started after the registry changed may roll it forward: a deployment starts new ones.
    await stack.functions.restart("tool-sync");
  }],
  ["duplicate_tool", async (world) => {
    const [tool] = await world.prepare(catalogue.filter(({ name }) => name === TOOL));
    world.stack.vapi.dashboard.createTool(tool?.body);
  }],
];

/** What can be wrong with an agent and its assistant. */
const IN_AGENTS: readonly (readonly [FindingCode, Plant])[] = [
  ["not_synced", async (world, { org }) => {
    const [agent] = await world.stack.sql<{ id: string }[]>`
      insert into agents (org_id, name, role, system_prompt)
      values (${org.id}, 'Never synced', 'inbound', 'Be kind.') returning id`;
    return [["not_synced", agent?.id ?? ""]];
  }],
  ["missing_assistant", (world, { assistantId }) => {
    world.stack.vapi.dashboard.deleteAssistant(assistantId);
  }],
  ["not_linked", async (world, { assistantId }) => {
    const id = await toolId(world);
    editAssistant(
      world,
      assistantId,
      ({ model }) => model.toolIds = model.toolIds.filter((each: string) => each !== id),
    );
  }],
  ["linked_but_disabled", async (world, { agentId }) => {
    await world.stack.sql`update agents set tools = '{checkAvailability}' where id = ${agentId}`;
    return catalogue.slice(1).map(() => ["linked_but_disabled", agentId]);
  }],
  ["retired_tool", async (world, { assistantId }) => {
    const { id } = world.stack.vapi.dashboard.createTool({
      type: "function",
      function: { name: "formerTool" },
      server: { url: `${BACKEND_URL}/former-tool` },
    });
    await world.stack.sql`
      insert into vapi_tools (name, vapi_tool_id, definition_hash, state) values ('formerTool', ${id}, repeat('0', 64), 'retired')`;
    editAssistant(world, assistantId, ({ model }) => model.toolIds.push(id));
  }],
  ["dangling_tool", (world, { assistantId }) => {
    editAssistant(world, assistantId, ({ model }) => model.toolIds.push("tool-that-is-gone"));
  }],
  ["pinned_version", async (world, { assistantId }) => {
    const id = await toolId(world);
    editAssistant(world, assistantId, ({ model }) => {
      model.toolIds = model.toolIds.filter((each: string) => each !== id);
      model.toolRefs = [{ toolId: id, version: "v1" }];
    });
  }],
  ["outdated_facts", (world, { assistantId }) => {
    editAssistant(world, assistantId, ({ model }) => {
      model.messages[0].content = model.messages[0].content.replace("Open: Monday", "Open: Sunday");
    });
  }],
  ["wrong_server", (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => {
      assistant.server.url = assistant.server.url.replace("backend", "old-tunnel");
    });
  }],
  ["wrong_server_secret", (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => {
      assistant.server.headers["x-vapi-secret"] = "old";
    });
  }],
  ["wrong_metadata", (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => delete assistant.metadata.org_id);
  }],
  ["messages_filtered", (world, { assistantId }) => {
    editAssistant(world, assistantId, (assistant) => assistant.serverMessages = ["status-update"]);
  }],
];

/** One for each tool's definition. */
export function definitionFaults(world: World): Fault[] {
  return IN_DEFINITIONS.map(([code, tool, edit]) => ({
    code,
    plant: async () => {
      const found = structuredClone(world.stack.vapi.state.tools.get(await toolId(world, tool)));
      edit(found);
      world.stack.vapi.dashboard.putTool(found!);
      return [[code, tool]];
    },
  }));
}

export function registryFaults(world: World, clinic: Clinic): Fault[] {
  return IN_REGISTRY.map(([code, plant]) => ({
    code,
    plant: async () => await plant(world, clinic) ?? [[code, TOOL]],
  }));
}

/** Each with an agent of its own, saved now: later no worker may be running. */
export async function agentFaults(
  world: World,
  newClinic: (name: string) => Promise<Clinic>,
): Promise<Fault[]> {
  const clinics = await Promise.all(IN_AGENTS.map(([code]) => newClinic(code)));
  return IN_AGENTS.flatMap(([code, plant], index) => {
    const clinic = clinics[index];
    if (clinic === undefined) return [];
    return { code, plant: async () => await plant(world, clinic) ?? [[code, clinic.agentId]] };
  });
}
