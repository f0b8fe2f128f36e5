/** Verifies everything: tools, endpoints, and each agent's assistant. Reads only. */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { settingsFor } from "../../shared/assistants/plan.ts";
import { registeredSchema } from "../../shared/assistants/duplicates.ts";
import { listToolHolders, type ToolHolder } from "../../shared/assistants/observed.ts";
import { viewRegistry } from "../../shared/assistants/catalogue.ts";
import { registrySchema, type SyncAgent, syncAgentSchema } from "../../shared/assistants/job.ts";
import { type AssistantView, viewAssistant } from "./assistant_view.ts";
import { checkAgent, unsyncedSchema } from "./check_agent.ts";
import { checkBooking } from "./check_booking.ts";
import { checkEndpoints } from "./check_endpoints.ts";
import { checkNumbers } from "./check_numbers.ts";
import { checkTools } from "./check_tools.ts";
import { type Finding, finding } from "./finding.ts";

export interface VerifyOptions {
  /** Only this organization's agents; tools and endpoints are shared by all and always checked. */
  orgId?: string;
  /** Whether the endpoints are called. */
  endpoints?: boolean;
  /** Whether a test booking is made for `orgId`, and removed. */
  book?: boolean;
}

export interface Summary {
  organizations: number;
  agents: number;
  assistants: number;
  tools: number;
  errors: number;
  warnings: number;
  infos: number;
}

export interface VerifyReport {
  /** False if there is any error. */
  ok: boolean;
  /** ISO 8601. */
  checkedAt: string;
  summary: Summary;
  findings: Finding[];
}

const pageSchema = z.object({
  registry: registrySchema,
  registered: registeredSchema,
  agents: z.array(syncAgentSchema),
  unsynced: z.array(unsyncedSchema),
});
const PAGE = 1000;

export async function verify(deps: SyncDeps, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { orgId, endpoints = true, book = false } = options;
  const checkedAt = new Date(deps.now()).toISOString();
  const [remote, assistants, holders, ...found] = await Promise.all([
    deps.vapi.tools.list(),
    listAssistants(deps),
    listToolHolders(deps.vapi),
    endpoints ? checkEndpoints(deps.catalogue) : [],
    book && orgId !== undefined ? checkBooking(deps, orgId) : [],
    checkNumbers(deps, orgId),
  ]);
  const tools = new Map(remote.map((tool) => [tool.id, tool]));
  const toolIds = new Set(tools.keys());

  const carriers = Map.groupBy(assistants.values(), ({ agentId }) => agentId);

  const findings = found.flat();
  const organizations = new Set<string>();
  const known = new Set<string>();
  let toolsChecked = false;
  for await (const page of agentPages(deps.db, orgId)) {
    if (!toolsChecked) {
      findings.push(
        ...checkTools({
          catalogue: deps.catalogue,
          registry: page.registry,
          registered: page.registered,
          remote: tools,
          assistants: [
            ...assistants.values(),
            ...holders.map((holder) => ({ toolIds: holder.toolIds, toolRefIds: [] })),
          ],
        }),
      );
      toolsChecked = true;
    }
    const view = viewRegistry(deps.catalogue, page.registry);
    const onTrial = viewRegistry(deps.catalogue, page.registry, { isInTrial: true });
    const unsynced = new Map(page.unsynced.map((each) => [each.agentId, each]));
    for (const agent of page.agents) {
      known.add(agent.id);
      organizations.add(agent.orgId);
      const assistant = agent.assistantId === null
        ? null
        : assistants.get(agent.assistantId) ?? null;
      const desired = assistant === null ? {} : settingsFor(assistant, agent, deps.webhook);
      findings.push(
        ...checkAgent({
          agent,
          assistant,
          desired,
          webhook: deps.webhook,
          ...agent.isInTrial ? onTrial : view,
          toolIds,
          unsynced: unsynced.get(agent.id),
        }),
      );
      findings.push(...findDuplicates(agent, carriers.get(agent.id) ?? []));
    }
  }

  if (orgId === undefined) {
    findings.push(...danglingIn(holders, toolIds));
    findings.push(...findOrphans(assistants.values(), known, deps.webhook.url));
  }

  const count = (severity: Finding["severity"]) =>
    findings.filter((each) => each.severity === severity).length;
  const summary = {
    organizations: organizations.size,
    agents: known.size,
    assistants: assistants.size,
    tools: tools.size,
    errors: count("error"),
    warnings: count("warning"),
    infos: count("info"),
  };
  return { ok: summary.errors === 0, checkedAt, summary, findings };
}

async function listAssistants({ vapi }: SyncDeps): Promise<Map<string, AssistantView>> {
  const views = new Map<string, AssistantView>();
  for await (const page of vapi.assistants.pages()) {
    for (const assistant of page) views.set(assistant.id, viewAssistant(assistant));
  }
  return views;
}

/** At least one page, because the registry comes with it. */
async function* agentPages(
  db: Db,
  orgId: string | undefined,
): AsyncGenerator<z.infer<typeof pageSchema>> {
  let after: string | null = null;
  while (true) {
    const page: z.infer<typeof pageSchema> = pageSchema.parse(
      await db.rpc("agents_to_verify", { p_org_id: orgId ?? null, p_after: after, p_limit: PAGE }),
    );
    yield page;
    const last = page.agents.at(-1);
    if (last === undefined || page.agents.length < PAGE) return;
    after = last.id;
  }
}

/** Other assistants that carry the agent's id: left by a create whose answer came too late. */
function findDuplicates(agent: SyncAgent, carriers: readonly AssistantView[]): Finding[] {
  return carriers
    .filter(({ id }) => agent.assistantId !== null && id !== agent.assistantId)
    .map(({ id }) =>
      finding("duplicate_assistant", { orgId: agent.orgId, agentId: agent.id, assistantId: id })
    );
}

/** Squads and workflows that refer to tools that do not exist. */
function danglingIn(holders: readonly ToolHolder[], known: ReadonlySet<string>): Finding[] {
  return holders.flatMap(({ kind, id, toolIds }) =>
    toolIds.filter((toolId) => !known.has(toolId))
      .map((toolId) => finding("dangling_reference", { toolId, found: { [kind]: id } }))
  );
}

/** Assistants that we made (they report to us) whose agents no longer exist. */
function findOrphans(
  assistants: Iterable<AssistantView>,
  agentIds: ReadonlySet<string>,
  webhookUrl: string,
): Finding[] {
  return [...assistants]
    .filter(({ agentId, serverUrl }) =>
      agentId !== null && !agentIds.has(agentId) && serverUrl === webhookUrl
    )
    .map(({ id }) => finding("orphan_assistant", { assistantId: id }));
}
