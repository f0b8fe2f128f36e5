/** Compares the tools at Vapi with what this deployment would register. */
import { asList, asObject, isJsonObject } from "../../shared/json.ts";
import type { CatalogueTool } from "../../shared/assistants/catalogue.ts";
import { holdsRedacted } from "../../shared/assistants/bodies.ts";
import {
  findDuplicates,
  type Registered,
  withReferences,
} from "../../shared/assistants/duplicates.ts";
import type { ToolReferences } from "../../shared/assistants/observed.ts";
import { contains } from "../../shared/assistants/match_tool.ts";
import type { Registry } from "../../shared/assistants/job.ts";
import { SECRET_HEADER } from "../../shared/tools/vapi_tool.ts";
import type { VapiTool } from "../../shared/vapi/port.ts";
import { type Evidence, type Finding, finding, type FindingCode } from "./finding.ts";
import { compareUrls } from "./url.ts";

export interface ToolState {
  catalogue: readonly CatalogueTool[];
  registry: Registry;
  /** Every tool in the account. */
  remote: ReadonlyMap<string, VapiTool>;
  /** What the registry knew after the tools were read. */
  registered: Registered;
  /** Every assistant, squad and workflow in the account. */
  assistants: readonly ToolReferences[];
}

/** Findings about the tools themselves, regardless of who is linked to them. */
export function checkTools(state: ToolState): Finding[] {
  return [
    ...state.catalogue.flatMap((tool) => checkRegistration(tool, state)),
    ...copies(state),
  ];
}

function checkRegistration(tool: CatalogueTool, { registry, remote }: ToolState): Finding[] {
  const entry = registry.find(({ name, state }) => name === tool.name && state === "current");
  if (entry === undefined) return [finding("not_registered", { tool: tool.name })];
  const found = remote.get(entry.vapiToolId);
  if (found === undefined) {
    return [finding("missing_tool", { tool: tool.name, toolId: entry.vapiToolId })];
  }
  const isOnTrial = registry.some(({ name, definitionHash, state }) =>
    name === tool.name && definitionHash === tool.hash && state === "trial"
  );
  if (isOnTrial) return [];
  if (entry.definitionHash !== tool.hash) {
    const evidence = { expected: tool.hash, found: entry.definitionHash };
    return [finding("outdated_definition", { tool: tool.name, ...evidence })];
  }
  return compareTool(tool, found);
}

/** Differences between a registered tool and its definition. Keys that Vapi added do not count. */
export function compareTool(tool: CatalogueTool, found: VapiTool): Finding[] {
  const findings: Finding[] = [];
  const report = (code: FindingCode, evidence: Evidence) =>
    findings.push(finding(code, { tool: tool.name, ...evidence }));

  const url = found.server?.url ?? "";
  const urlCode = compareUrls(tool.body.server.url, url);
  if (urlCode !== null) report(urlCode, { expected: tool.body.server.url, found: url });

  if (found["async"] === true) report("async_tool", { expected: false, found: true });
  const authCode = compareAuthentication(tool, found);
  if (authCode !== null) report(authCode, {});

  const description = found.function?.description ?? "";
  if (description !== tool.body.function.description) {
    report("description_differs", { expected: tool.body.function.description, found: description });
  }
  for (const each of compareParameters(tool, found)) report(each.code, each.evidence);
  return findings;
}

function compareAuthentication(tool: CatalogueTool, { server }: VapiTool): FindingCode | null {
  const { headers: wanted, credentialId } = tool.body.server;
  if (credentialId !== undefined) {
    return server?.["credentialId"] === credentialId ? null : "no_auth";
  }
  const headers = server?.["headers"];
  const found = isJsonObject(headers) ? headers[SECRET_HEADER] : undefined;
  if (typeof found !== "string") return "no_auth";
  return found === wanted[SECRET_HEADER] || holdsRedacted(found) ? null : "wrong_secret";
}

interface Difference {
  code: FindingCode;
  evidence: Evidence;
}

function compareParameters(tool: CatalogueTool, found: VapiTool): Difference[] {
  const wanted = asObject(tool.body.function.parameters);
  const remote = asObject(found.function?.parameters);
  const differences: Difference[] = [];

  const required = asList(remote["required"]);
  const missing = asList(wanted["required"]).filter((name) => !required.includes(name));
  if (missing.length > 0) {
    differences.push({
      code: "missing_required",
      evidence: { expected: wanted["required"] ?? [], found: remote["required"] ?? [] },
    });
  }

  const remoteProperties = asObject(remote["properties"]);
  for (const [name, property] of Object.entries(asObject(wanted["properties"]))) {
    const other = remoteProperties[name];
    if (other === undefined) {
      differences.push({ code: "property_missing", evidence: { expected: name } });
      continue;
    }
    const { description, ...schema } = asObject(property);
    const evidence = { expected: { [name]: property }, found: { [name]: other } };
    if (!contains(other, schema)) differences.push({ code: "property_differs", evidence });
    else if (asObject(other)["description"] !== description) {
      differences.push({ code: "description_differs", evidence });
    }
  }
  return differences;
}

/** Copies of our tools that the registry does not know and no assistant uses: scripts that ran twice leave them. */
function copies({ catalogue, registered, remote, assistants }: ToolState): Finding[] {
  const found = findDuplicates({ tools: [...remote.values()], catalogue, registered });
  return withReferences(found, assistants)
    .filter(({ isPrunable }) => isPrunable)
    .map(({ name, vapiToolId }) => finding("duplicate_tool", { tool: name, toolId: vapiToolId }));
}
