/** What people do during a storm. Each action is completed: people keep asking until they get an answer. */
import type { JsonObject } from "../../../shared/json.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { Caller, phoneOf } from "../caller.ts";
import { EVERYBODY } from "../ledger.ts";
import type { Platform } from "../platform.ts";
import { Impossible, patiently } from "../patiently.ts";
import type { Random } from "./random.ts";
import type { Offer, Practice } from "./town.ts";

export interface DeedContext {
  platform: Platform;
  practices: readonly Practice[];
  /** A clinic that asks for more than its share. */
  greedy: Practice;
  random: Random;
  /** A number that no other call of this function returned. */
  unique(): number;
}

/** Returns a description for the record. */
export type Deed = (context: DeedContext) => Promise<string>;

const MAX_AGENTS = 8;

/** Tools that organizations switch on and off, and one that comes and goes with releases; all others stay linked throughout. */
const SWITCHED = ["sendSms", "sendBookingConfirmation"] as const;
const REMOVABLE = "rescheduleAppointment";

function contentOf({ random, unique }: DeedContext): JsonObject {
  return {
    systemPrompt: `You answer the phone. Version ${unique()}.`,
    ...(random.chance(0.5) && { firstMessage: `Hello, this is greeting ${unique()}.` }),
    ...(random.chance(0.3) && { maxDurationSeconds: 60 + random.below(600) }),
    ...(random.chance(0.5) && {
      model: { provider: "openai", model: "gpt-4o", temperature: random.below(10) / 10 },
    }),
    ...(random.chance(0.5) && {
      voice: { provider: random.pick(["11labs", "vapi"]), voiceId: `voice-${unique()}` },
    }),
  };
}

/** A new agent, or a change of one. */
export async function saveAgent(context: DeedContext): Promise<string> {
  const { platform, practices, random, unique } = context;
  const { clinic, agents } = random.pick(practices);
  const isNew = agents.length < MAX_AGENTS && random.chance(0.4);
  const agent = isNew ? null : random.pick(agents);
  const name = agent?.name ?? `Agent ${unique()}`;
  const content = { ...contentOf(context), name, ...(agent && { agentId: agent.id }) };
  const id = await patiently(`saving ${name}`, () => platform.save(clinic, content));
  if (isNew) agents.push({ id, name });
  return `${isNew ? "new" : "changed"} agent ${name} of ${clinic.name}`;
}

/** An agent may use only some of the tools, or all again. */
export async function limitTools(context: DeedContext): Promise<string> {
  const { platform, practices, random } = context;
  const { clinic, agents } = random.pick(practices);
  const agent = random.pick(agents);
  const tools = random.chance(0.5)
    ? null
    : catalogue.map(({ name }) => name).filter((name) => name !== REMOVABLE && random.chance(0.7));
  for (const { name } of catalogue) {
    if (tools !== null && !tools.includes(name)) platform.ledger.doWithout(agent.id, name);
  }
  const content = { ...contentOf(context), name: agent.name, agentId: agent.id, tools };
  await patiently(`limiting ${agent.name}`, () => platform.save(clinic, content));
  return `agent ${agent.name} may use ${tools?.length ?? "all"} tools`;
}

/** An organization switches a tool off or on. */
export async function switchTool({ platform, practices, random }: DeedContext): Promise<string> {
  const { clinic } = random.pick(practices);
  const tool = random.pick(SWITCHED);
  platform.ledger.doWithout(clinic.id, tool);
  const rows = await platform.withSql((sql) =>
    sql`
      update org_tools set enabled = not enabled where org_id = ${clinic.id} and tool_name = ${tool} returning enabled`
  );
  return `${clinic.name} has ${tool} ${rows[0]?.["enabled"] ? "on" : "off"}`;
}

/** A deployment with other definitions, sometimes without a tool. */
export function release({ platform, random, unique }: DeedContext): Promise<string> {
  const changed = random.pick(catalogue).name;
  const without = random.chance(0.25) ? [REMOVABLE] : [];
  if (without.length > 0) platform.ledger.doWithout(EVERYBODY, REMOVABLE);
  const descriptions = { ...platform.edge.release.descriptions, [changed]: `Release ${unique()}` };
  platform.deploy({ descriptions, without });
  return Promise.resolve(
    `release with another ${changed}${without.length > 0 ? `, without ${without}` : ""}`,
  );
}

/** An operator migrates everybody, or one organization; now and then with new tools for all. */
export async function migrate({ platform, practices, random }: DeedContext): Promise<string> {
  const orgId = random.chance(0.5) ? random.pick(practices).clinic.id : null;
  const forceUpdate = random.chance(0.2);
  const { stack } = platform;
  await patiently("starting a migration", async () => {
    const response = await fetch(`${stack.functionsUrl}/migrate-tools`, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: stack.secretKey },
      body: JSON.stringify({ orgId, forceUpdate }),
    });
    const text = await response.text();
    if (response.status >= 500) throw new Error(text);
    if (!response.ok) throw new Impossible(`migrate-tools answered ${response.status}: ${text}`);
  });
  return `migration of ${orgId ?? "all"}${forceUpdate ? ", forced" : ""}`;
}

/** Somebody calls and books, with a code or without, cancels, or asks the same thing twice at once. */
export async function call({ platform, practices, random, unique }: DeedContext): Promise<string> {
  const { clinic, offers } = random.pick(practices);
  const caller = new Caller(platform, clinic, phoneOf(unique()));
  const wish = wishOf(offers, random);
  const slot = { appointmentDate: workday(random), appointmentTime: time(random), ...wish.words };
  const patient = { patientName: "Test Patient", patientPhone: caller.phone };
  const use = (tool: string, args: JsonObject) => patiently(tool, () => caller.call(tool, args));

  if (random.chance(0.5)) {
    const booked = await use("bookClinicAppointment", { ...slot, ...patient });
    const id = told(platform, booked);
    if (id !== null && random.chance(0.3)) {
      // From here on either may be true, until the caller hears that it is off.
      platform.ledger.booked.delete(id);
      platform.ledger.mayBeBooked.add(id);
      const cancelled = await use("cancelAppointment", {});
      return `${caller.phone} booked and cancelled: ${cancelled["success"]}`;
    }
    if (id !== null && random.chance(0.3)) {
      const moved = await use("rescheduleAppointment", {
        newDate: workday(random),
        newTime: time(random),
      });
      return `${caller.phone} booked and moved: ${moved["success"]}`;
    }
    return `${caller.phone} booked: ${booked["success"]}`;
  }

  const reserved = await use("reserveAppointment", { ...slot, ...patient });
  if (reserved["success"] !== true) return `${caller.phone} found ${reserved["code"]}`;
  const code = await patiently("waiting for a code", () => Promise.resolve(caller.latestCode()));
  const verified = await use("verifyBookingCode", { code });
  told(platform, verified);
  return `${caller.phone} booked with a code: ${verified["success"]}`;
}

/** Records what a caller was told. Returns the id of a booking. */
export function told(
  { ledger }: Platform,
  { success, appointmentId: id }: JsonObject,
): string | null {
  if (success !== true || typeof id !== "string") return null;
  ledger.booked.add(id);
  return id;
}

/** Somebody edits an assistant in Vapi's dashboard, or deletes it. */
export function editAtVapi({ platform, random, unique }: DeedContext): Promise<string> {
  const { dashboard, state, journal } = platform.stack.vapi;
  const id = random.pick([...state.assistants.keys()]);
  if (random.chance(0.15)) {
    dashboard.deleteAssistant(id);
    return Promise.resolve(`assistant ${id} deleted at Vapi`);
  }
  // Not part of `model`, which Vapi cannot change without overwriting what another writer changes at the same time.
  dashboard.updateAssistant(id, { endCallMessage: `Goodbye ${unique()}` });
  platform.ledger.handMade.add(journal.seq);
  return Promise.resolve(`assistant ${id} edited at Vapi`);
}

/** One of the working days of two weeks: few enough for callers to collide. */
export const workday = (random: Random): string => weekdayAhead(2 + random.below(14));

/** What a caller, or the staff for a patient, requests from a clinic. */
export function wishOf(offers: readonly Offer[], random: Random): Offer {
  return offers.length === 0 ? { words: {}, ids: {} } : random.pick(offers);
}

export function time(random: Random): string {
  return `${String(9 + random.below(3)).padStart(2, "0")}:${random.pick(["00", "30"])}`;
}
