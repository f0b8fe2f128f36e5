/** A caller played by the double of Vapi: asks for a free time and books the first one offered. */

import { z } from "zod";
import type { PlayedCalls } from "./played_calls.ts";

const daySchema = z.object({ date: z.string(), slots: z.array(z.string()) });
const availabilitySchema = daySchema.extend({ alternatives: z.array(daySchema).optional() });
const answerSchema = z.looseObject({ success: z.boolean() });

/** What happens in a call, as it happens. */
export type RingStep =
  | { kind: "started"; callId: string; caller: string }
  | { kind: "asked"; tool: string; arguments: Record<string, string> }
  | {
    kind: "answered";
    tool: string;
    ms: number;
    status: number | null;
    answer: unknown;
    said: string;
  }
  | { kind: "ended"; booked: boolean };

/** Throws if the assistant could not go on, for example because a tool is not linked. */
export async function* ring(
  calls: PlayedCalls,
  assistantId: string,
  { caller, patient }: { caller: string; patient: string },
): AsyncGenerator<RingStep> {
  const callId = await calls.open(assistantId, caller);
  yield { kind: "started", callId, caller };

  async function* use(
    tool: string,
    args: Record<string, string>,
  ): AsyncGenerator<RingStep, unknown> {
    yield { kind: "asked", tool, arguments: args };
    const { status, ms, answer, said } = await calls.use(callId, tool, args);
    yield { kind: "answered", tool, ms, status, answer, said };
    return answer;
  }

  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const day = availabilitySchema.safeParse(
    yield* use("checkAvailability", { date: tomorrow }),
  ).data;
  const free = day && [day, ...day.alternatives ?? []].find(({ slots }) => slots.length > 0);
  const time = free?.slots[0];
  let booked = false;
  if (free !== undefined && time !== undefined) {
    const answer = yield* use("bookClinicAppointment", {
      patientName: patient,
      patientPhone: caller,
      appointmentDate: free.date,
      appointmentTime: time,
    });
    booked = answerSchema.safeParse(answer).data?.success ?? false;
  }
  await calls.hangUp(callId, { cost: 0.07 });
  yield { kind: "ended", booked };
}
