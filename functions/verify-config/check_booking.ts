/** Books through the endpoint as Vapi would, on a test calendar, then looks at the stored row and removes it. */
import { z } from "zod";
import { jsonOrNull } from "../../shared/json.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { type Finding, finding } from "./finding.ts";

const TOOL = "bookClinicAppointment";
const TIMEOUT_MS = 20_000;

/** Fictional by its range; a booking on a test calendar sends no message. */
const PATIENT = { patientName: "Configuration Test", patientPhone: "+12025550100" };

const slotSchema = z.object({ provider: z.string(), date: z.string(), time: z.string() });
const answerSchema = z.object({
  result: z.object({
    success: z.boolean(),
    message: z.string(),
    appointmentId: z.guid().optional(),
    scheduledAt: z.string().optional(),
  }),
});
const storedSchema = z.object({ state: z.string().nullable(), startsAt: z.string().nullable() });

/** One finding at most. */
export async function checkBooking(
  { db, catalogue }: Pick<SyncDeps, "db" | "catalogue">,
  orgId: string,
): Promise<Finding[]> {
  const server = catalogue.find(({ name }) => name === TOOL)?.body.server;
  if (server === undefined) return [];
  const toolCallId = `verify_${crypto.randomUUID()}`;
  const failed = (
    found: string,
  ) => [finding("booking_failed", { orgId, tool: TOOL, found: `${toolCallId}: ${found}` })];

  const { provider, date, time } = slotSchema.parse(
    await db.rpc("begin_test_booking", { p_org_id: orgId }),
  );
  try {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...server.headers },
      body: JSON.stringify({
        toolCallId,
        tool: { arguments: { ...PATIENT, appointmentDate: date, appointmentTime: time, provider } },
        customer: { metadata: { org_id: orgId } },
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const answer = answerSchema.safeParse(jsonOrNull(text));
    if (!answer.success) return failed(`${response.status} ${text.slice(0, 200)}`);
    const { result } = answer.data;
    const stored = await end(db, orgId, result.appointmentId);
    if (!result.success) return failed(result.message);
    if (stored.state !== "confirmed") {
      return failed("the endpoint confirmed it, but no row was stored");
    }
    const isThen = Date.parse(stored.startsAt ?? "") === Date.parse(result.scheduledAt ?? "");
    return isThen ? [] : failed(`stored for ${stored.startsAt}, answered ${result.scheduledAt}`);
  } catch (error) {
    await end(db, orgId, undefined);
    return failed(error instanceof Error ? error.message : String(error));
  }
}

async function end(db: SyncDeps["db"], orgId: string, appointmentId: string | undefined) {
  const args = { p_org_id: orgId, p_appointment_id: appointmentId ?? null };
  return storedSchema.parse(await db.rpc("end_test_booking", args));
}
