/**
 * `deno task demo`: the product's main purpose, once, on the embedded stack. An owner saves an agent, its tools are registered and linked,
 * a caller asks for a free slot and books it, the patient gets a text message and the calendar an event. Succeeds only if all of that is
 * true.
 */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { parseOptions, print, printJson, progress, runMain } from "./cli.ts";
import { awaitDeliveries, connectServices, type Deliveries } from "./demo/deliveries.ts";
import { type Seed, seedOrganization } from "./local/seed.ts";
import { type Stack, startStack } from "./local/stack.ts";

const help = `
Runs the product's main use once on this machine: saves an agent, waits until its tools are linked at (a double of) Vapi,
plays a call that looks for a free slot and books it, and shows the text message and the calendar event (doubles of
Twilio and Google) that follow.

Usage: deno task demo [options]

  --json   print one JSON object with what happened
  --help   show this text

Exit code 0 if all of it worked, 1 if not, 2 if the options make no sense.
`;

/** The longest time for the tools to be linked: the console promises 5 s. */
const LINK_TIMEOUT_MS = 30_000;

const PATIENT_PHONE = "+12025550142";

const savedSchema = z.object({
  agentId: z.string(),
  toolSyncTriggered: z.boolean(),
  syncState: z.string(),
});
const statusSchema = z.array(z.object({
  status: z.string(),
  assistant_id: z.string().nullable(),
  last_error: z.object({ message: z.string() }).nullable(),
}));
const daySchema = z.object({ date: z.string(), slots: z.array(z.string()) });
const availabilitySchema = daySchema.extend({ alternatives: z.array(daySchema).optional() });
const bookingSchema = z.object({
  success: z.boolean(),
  message: z.string(),
  appointmentId: z.string().optional(),
  scheduledAt: z.string().optional(),
});
type Booking = z.infer<typeof bookingSchema>;

interface Report {
  ok: boolean;
  toolSyncTriggered: boolean;
  saveMs: number;
  linkedMs: number;
  tools: { name: string; vapiToolId: string }[];
  assistant: { id: string; toolIds: string[] };
  booking: Booking & { checkMs: number; bookMs: number };
  deliveries: Deliveries & { ms: number };
}

async function main(): Promise<number> {
  const { json } = parseOptions(help, { json: { type: "boolean" } });
  const say = json ? progress : print;
  const startedAt = performance.now();
  const stack = await startStack({ integrations: true });
  try {
    say(step("stack started", performance.now() - startedAt));
    const report = await run(stack, say);
    if (json) printJson(report);
    say(report.ok ? "Everything came true." : "Something did not come true; see above.");
    return report.ok ? 0 : 1;
  } finally {
    await stack.close();
  }
}

async function run(stack: Stack, say: (line: string) => void): Promise<Report> {
  const seed = await seedOrganization(stack);
  await connectServices(stack, seed);
  await stack.functions.prewarm([
    "agent-save",
    "tool-sync",
    "calendar-check",
    "book-clinic-appointment",
    "outbox",
    "sms-inbound",
  ]);

  const savedAt = performance.now();
  const { agentId, toolSyncTriggered, syncState } = await saveAgent(stack, seed);
  const saveMs = performance.now() - savedAt;
  say(step("agent saved", saveMs, `sync ${syncState}`));

  const assistantId = await linked(stack, seed, agentId);
  const linkedMs = performance.now() - savedAt;
  const tools = await registeredTools(stack);
  const toolIds = stack.vapi.state.assistants.get(assistantId)?.model?.toolIds ?? [];
  say(
    step(
      "tools linked",
      linkedMs,
      `${toolIds.length} of ${tools.length}, on assistant ${assistantId}`,
    ),
  );
  for (const { name, vapiToolId } of tools) say(`    ${name.padEnd(26)}${vapiToolId}`);

  const booking = await call(stack, assistantId, say);
  const bookedAt = performance.now();
  const [row] = await stack.sql`
    select state, org_id from appointments where id::text = ${booking.appointmentId ?? ""}`;
  const stored = row?.state === "confirmed" && row.org_id === seed.org.id;
  say(
    `    appointment ${booking.appointmentId} is ${
      stored ? "in the clinic's calendar" : "missing"
    }`,
  );

  const deliveries = await awaitDeliveries(stack, PATIENT_PHONE);
  const deliveredMs = performance.now() - bookedAt;
  const { sms, event } = deliveries;
  say(step("text message", deliveredMs, sms?.body.replaceAll("\n", " ") ?? "did not come"));
  say(step("calendar event", deliveredMs, event ? `${event.summary}, ${event.start}` : "missing"));

  const allLinked = tools.length > 0 &&
    tools.every(({ vapiToolId }) => toolIds.includes(vapiToolId));
  return {
    ok: toolSyncTriggered && allLinked && booking.success && stored && sms !== null &&
      event !== null,
    toolSyncTriggered,
    saveMs: Math.round(saveMs),
    linkedMs: Math.round(linkedMs),
    tools,
    assistant: { id: assistantId, toolIds: [...toolIds] },
    booking,
    deliveries: { ...deliveries, ms: Math.round(deliveredMs) },
  };
}

/** Saves as the console does. */
async function saveAgent(stack: Stack, { org, user }: Seed): Promise<z.infer<typeof savedSchema>> {
  const response = await fetch(`${stack.functionsUrl}/agent-save`, {
    method: "POST",
    headers: userHeaders(stack, user.accessToken),
    body: JSON.stringify({
      orgId: org.id,
      role: "inbound",
      name: "Reception",
      systemPrompt:
        "You are the receptionist of Example Clinic. Help callers to book an appointment.",
    }),
  });
  if (!response.ok) {
    throw new Error(`agent-save answered ${response.status}: ${await response.text()}`);
  }
  return savedSchema.parse(await response.json());
}

/** Waits as the console does, on the view that its members may read. Resolves with the assistant's id. */
async function linked(stack: Stack, { user }: Seed, agentId: string): Promise<string> {
  const url = `${stack.apiUrl}/rest/v1/agent_sync_status?agent_id=eq.${agentId}`;
  const deadline = performance.now() + LINK_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const response = await fetch(url, { headers: userHeaders(stack, user.accessToken) });
    const [state] = statusSchema.parse(await response.json());
    if (state?.status === "synced" && state.assistant_id !== null) return state.assistant_id;
    if (state?.status === "failed") {
      throw new Error(`The sync failed: ${state.last_error?.message}`);
    }
    await delay(20);
  }
  throw new Error(`The agent's tools were not linked within ${LINK_TIMEOUT_MS / 1000} s`);
}

async function registeredTools(stack: Stack): Promise<Report["tools"]> {
  const rows = await stack.sql<{ name: string; vapi_tool_id: string }[]>`
    select name, vapi_tool_id from vapi_tools where state = 'current' order by name`;
  return rows.map((row) => ({ name: row.name, vapiToolId: row.vapi_tool_id }));
}

/** The double of Vapi plays a caller who asks for a slot and takes the first one offered. */
async function call(
  stack: Stack,
  assistantId: string,
  say: (line: string) => void,
): Promise<Report["booking"]> {
  const callId = crypto.randomUUID();
  const use = async (toolName: string, args: Record<string, string>) => {
    const startedAt = performance.now();
    const { status, raw, perCall } = await stack.vapi.calls.callTool({
      assistantId,
      callId,
      toolName,
      arguments: args,
    });
    const given = perCall[0]?.given;
    if (given === null || given === undefined) {
      throw new Error(`${toolName} gave the assistant nothing to say: ${status} ${raw}`);
    }
    return { answer: JSON.parse(given), ms: performance.now() - startedAt };
  };

  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const check = await use("checkAvailability", { date: tomorrow });
  const day = availabilitySchema.parse(check.answer);
  const free = [day, ...(day.alternatives ?? [])].find(({ slots }) => slots.length > 0);
  const slot = free?.slots[0];
  if (free === undefined || slot === undefined) throw new Error("The clinic has no free slot");
  say(step("caller asked for a slot", check.ms, `offered ${free.date} ${slot}`));

  const book = await use("bookClinicAppointment", {
    patientName: "Example Patient",
    patientPhone: PATIENT_PHONE,
    appointmentDate: free.date,
    appointmentTime: slot,
  });
  const booking = bookingSchema.parse(book.answer);
  say(step("caller booked it", book.ms, booking.message));
  return { ...booking, checkMs: Math.round(check.ms), bookMs: Math.round(book.ms) };
}

function userHeaders(stack: Stack, accessToken: string): Record<string, string> {
  return {
    apikey: stack.publishableKey,
    authorization: `Bearer ${accessToken}`,
    "content-type": "application/json",
  };
}

/** "agent saved               23 ms   sync pending" */
function step(what: string, ms: number, more = ""): string {
  return `${what.padEnd(26)}${`${Math.round(ms)} ms`.padStart(8)}   ${more}`.trimEnd();
}

if (import.meta.main) await runMain(main);
