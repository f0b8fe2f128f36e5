/** `deno task verify`: is what Vapi has what this deployment needs? Repairs what is not, if asked to. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { counted, parseOptions, print, printJson, progress } from "./cli.ts";
import { connection } from "./connection.ts";
import { envOption } from "./env_option.ts";

const help = `
Verifies the configuration at Vapi: tools, endpoints, and every agent's assistant.

Usage: deno task verify [options]

  --org-id=<uuid>    only this organization's agents
  --fix              repair what can be repaired, and verify again
  --book             also make a test booking through the endpoint, and remove it (needs --org-id)
  --no-endpoints     don't call the tools' endpoints
  --url=<url>        project URL; default SUPABASE_URL
  --env=<file>       read SUPABASE_URL and SUPABASE_SECRET_KEY from this file
  --json             print the report as one JSON object
  --help             show this text

Exit code: 0 no errors (there may be warnings), 1 errors, 2 it could not be verified.
`;

const findingSchema = z.looseObject({
  code: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  repair: z.string(),
  orgId: z.string().optional(),
  agentId: z.string().optional(),
  assistantId: z.string().optional(),
  phoneNumberId: z.string().optional(),
  tool: z.string().optional(),
  toolId: z.string().optional(),
  expected: z.unknown().optional(),
  found: z.unknown().optional(),
});
type Finding = z.infer<typeof findingSchema>;

const reportSchema = z.looseObject({
  ok: z.boolean(),
  summary: z.looseObject({
    organizations: z.number(),
    agents: z.number(),
    assistants: z.number(),
    tools: z.number(),
    errors: z.number(),
    warnings: z.number(),
  }),
  findings: z.array(findingSchema),
  repairs: z.object({ runId: z.string(), requested: z.number() }).optional(),
});
type Report = z.infer<typeof reportSchema>;

const progressSchema = z.object({
  open: z.number(),
  failed: z.number(),
  failures: z.array(
    z.object({ key: z.string(), error: z.object({ message: z.string() }).loose() }),
  ),
});

const REPAIR_TIMEOUT_MS = 10 * 60_000;
const MARKS = { error: "✗", warning: "!", info: "·" } as const;

async function main(): Promise<number> {
  const options = parseOptions(help, {
    "org-id": { type: "string" },
    fix: { type: "boolean" },
    book: { type: "boolean" },
    "no-endpoints": { type: "boolean" },
    url: { type: "string" },
    ...envOption,
    json: { type: "boolean" },
  });
  try {
    const api = await connection(options);
    const call = async (body: Record<string, unknown>) =>
      reportSchema.parse(await api.call("verify-config", { method: "POST", body }));
    const what = {
      ...(options["org-id"] !== undefined && { orgId: options["org-id"] }),
      ...(options["no-endpoints"] && { endpoints: false }),
      ...(options.book && { book: true }),
    };

    let report = await call({ ...what, record: true, ...(options.fix && { fix: true }) });
    if (report.repairs !== undefined && report.repairs.requested > 0) {
      progress(`${report.findings.length} findings, ${report.repairs.requested} repairs requested`);
      await repaired(report.repairs.runId, (path) => api.call(path, { method: "GET" }));
      report = await call({ ...what, record: true });
    }
    if (options.json) printJson(report);
    else print(describe(report, { hasBooked: options.book ?? false }));
    return report.ok ? 0 : 1;
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

async function repaired(runId: string, get: (path: string) => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + REPAIR_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const { open, failed, failures } = progressSchema.parse(
      await get(`verify-config?repairs=${runId}`),
    );
    if (failed > 0) {
      for (const { key, error } of failures) progress(`Repair of ${key} failed: ${error.message}`);
      return;
    }
    if (open === 0) return;
    await delay(250);
  }
  progress(
    `The repairs take longer than ${REPAIR_TIMEOUT_MS / 60_000} minutes; they go on by themselves`,
  );
}

function describe(
  { ok, summary, findings }: Report,
  { hasBooked }: { hasBooked: boolean },
): string {
  const lines = findings.map((each) =>
    `${MARKS[each.severity]} ${subject(each)}: ${each.code}\n    ${evidence(each)}`
  );
  const { agents, organizations, assistants, tools } = summary;
  lines.push(
    `Looked at ${counted(agents, "agent")} of ${counted(organizations, "organization")}, ` +
      `${counted(assistants, "assistant")} and ${counted(tools, "tool")}.`,
    ...(hasBooked && findings.every(({ code }) => code !== "booking_failed")
      ? ["A test booking was made through the endpoint, found in the database, and removed again."]
      : []),
    conclusion({ ok, summary }),
  );
  return lines.join("\n");
}

function conclusion({ ok, summary: { errors, warnings } }: Pick<Report, "ok" | "summary">): string {
  if (ok && warnings === 0) return "Everything is as it should be.";
  const found = `${ok ? "No errors" : counted(errors, "error")}, ${counted(warnings, "warning")}`;
  return `${found}. --fix repairs what can be repaired.`;
}

/** The subject of the finding, by its names here and its ids at Vapi: the agent, its assistant, the number, the tool. */
function subject({ agentId, assistantId, phoneNumberId, tool, toolId }: Finding): string {
  const parts = [
    ["agent", agentId],
    ["assistant", assistantId],
    ["number", phoneNumberId],
    ["tool", tool],
    [tool === undefined ? "tool" : "as", toolId],
  ].filter(([, id]) => id !== undefined);
  return parts.map((part) => part.join(" ")).join(", ") || "configuration";
}

/** Why an agent is not in step. */
const unsyncedSchema = z.object({
  attempts: z.number(),
  lastFailure: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
});

function evidence({ code, expected, found, repair }: Finding): string {
  const unsynced = code === "not_synced" ? unsyncedSchema.safeParse(found) : null;
  if (unsynced?.success) return `${whyUnsynced(unsynced.data)} · ${repair}`;
  const short = (value: unknown) => JSON.stringify(value)?.slice(0, 160);
  const parts = [
    ...(found === undefined ? [] : [`found ${short(found)}`]),
    ...(expected === undefined ? [] : [`expected ${short(expected)}`]),
    repair,
  ];
  return parts.join(" · ");
}

function whyUnsynced(
  { attempts, lastFailure, nextAttemptAt }: z.infer<typeof unsyncedSchema>,
): string {
  if (lastFailure === null) return attempts === 0 ? "not tried yet" : "under way";
  const next = nextAttemptAt === null ? "" : `, next try at ${nextAttemptAt}`;
  return `tried ${counted(attempts, "time")}, last failure: ${lastFailure}${next}`;
}

if (import.meta.main) Deno.exit(await main());
