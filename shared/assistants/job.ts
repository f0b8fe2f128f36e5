/** What the database hands to a worker with a claimed job (see claim_sync_jobs in the migrations). */
import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { LogFields } from "../log.ts";
import { jobFields, jobSchema } from "../worker/job.ts";

const jsonObject = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;

const clinicSchema = z.object({
  name: z.string(),
  /** IANA name. */
  timezone: z.string(),
  phone: z.string().nullable(),
  /** Who takes a call that the agent cannot handle, and whether at any hour; what callers are told in an emergency. */
  transfer: z.object({
    phone: z.string().nullable(),
    isAlways: z.boolean(),
    emergencyWords: z.array(z.string()),
  }),
  /** Local times, HH:MM; weekday 1 is Monday. `calendar` names the calendar that has hours of its own. */
  hours: z.array(z.object({
    weekday: z.int(),
    opens: z.string(),
    closes: z.string(),
    calendar: z.string().nullable(),
  })),
  services: z.array(z.object({
    name: z.string(),
    minutes: z.int(),
    forPatients: z.enum(["all", "new", "returning"]),
    /** The only ones who do it, and how long it takes them; empty if everybody does it. */
    with: z.array(z.object({ name: z.string(), minutes: z.int() })),
  })),
  /** Names of those who can be asked for. */
  providers: z.array(z.string()),
  /** Where they see patients, if there are several places. */
  locations: z.array(z.object({
    name: z.string(),
    address: z.string().nullable(),
    providers: z.array(z.string()),
  })),
});
/** What the agent's model is told about its clinic. */
export type Clinic = z.infer<typeof clinicSchema>;

const rejectedSettingSchema = z.object({ path: z.string(), reason: z.string() });
/** A setting that Vapi refused. */
export type RejectedSetting = z.infer<typeof rejectedSettingSchema>;

export const syncAgentSchema = z.object({
  id: z.guid(),
  orgId: z.guid(),
  version: z.int(),
  name: z.string(),
  role: z.enum(["inbound", "outbound"]),
  systemPrompt: z.string(),
  firstMessage: z.string().nullable(),
  voice: jsonObject.nullable(),
  model: jsonObject.nullable(),
  language: z.string().nullable(),
  maxDurationSeconds: z.int().nullable(),
  /** Settings that have no field of their own, in Vapi's form. */
  settings: jsonObject,
  tools: z.array(z.string()).nullable(),
  disabledTools: z.array(z.string()),
  clinic: clinicSchema,
  /** Whether it uses definitions that are on trial. */
  isInTrial: z.boolean(),
  assistantId: z.string().nullable(),
  mayExistAtVapi: z.boolean(),
  lastApplied: z.record(z.string(), z.string()).nullable(),
  linkedToolIds: z.array(z.string()),
  rejectedSettings: z.array(rejectedSettingSchema),
  writtenAt: z.coerce.date().nullable(),
});
/** An agent with what was last applied to its assistant. */
export type SyncAgent = z.infer<typeof syncAgentSchema>;

const registryEntrySchema = z.object({
  name: z.string(),
  vapiToolId: z.string(),
  definitionHash: z.string(),
  /** Stopped: its trial failed, and its definition is not registered again. */
  state: z.enum(["trial", "current", "retired", "stopped"]),
});
export const registrySchema = z.array(registryEntrySchema);
/** The tools registered at Vapi: the current ones, and retired ones that may still be linked. */
export type Registry = z.infer<typeof registrySchema>;

const syncJobSchema = jobSchema.extend({
  runId: z.guid().nullable(),
  requestedAt: z.coerce.date(),
  force: z.boolean(),
  payload: jsonObject,
  agent: syncAgentSchema.nullable(),
});
/** One claimed job. `agent` is null for kinds other than `agent`, and if the agent has been deleted. */
export type SyncJob = z.infer<typeof syncJobSchema>;

export const claimSchema = z.object({
  now: z.coerce.date(),
  registry: registrySchema,
  /** Fingerprint of the server that assistants should report to; null until a worker has announced it. */
  webhook: z.string().nullable(),
  jobs: z.array(syncJobSchema),
  /** Bulk jobs still due; 1,000 stands for more. */
  bulkDue: z.int(),
  /** How many agents have an assistant; only a bulk worker is told. */
  assistants: z.int().nullable().transform((count) => count ?? 0),
});
export type Claim = z.infer<typeof claimSchema>;

/** What a log line says about the jobs that it belongs to: the fields in which all of them agree. */
export function syncJobFields(jobs: readonly SyncJob[]): LogFields {
  const [first, ...others] = jobs.map(fieldsOf);
  return Object.fromEntries(
    Object.entries(first ?? {})
      .filter(([name, value]) => value !== null && others.every((each) => each[name] === value)),
  );
}

function fieldsOf(job: SyncJob): LogFields {
  return { ...jobFields(job), agent_id: job.agent?.id ?? null, run_id: job.runId };
}

const repairSchema = z.object({
  /** Ids that no tool at Vapi has. */
  unlink: z.array(z.string()),
  /** Whether to replace pinned versions of our tools by the current tools. */
  unpin: z.boolean(),
  /** Whether to add tool-calls to the messages that the assistant sends. */
  hearToolCalls: z.boolean(),
  /** Whether to make it report to this deployment. */
  server: z.boolean().default(false),
});
/** What a verification found wrong with an assistant, and a plain sync would not change. */
export type Repair = z.infer<typeof repairSchema>;

/** The repair that a job asks for, if any. */
export function readRepair(payload: JsonObject): Repair | null {
  const parsed = repairSchema.safeParse(payload["repair"]);
  return parsed.success ? parsed.data : null;
}
