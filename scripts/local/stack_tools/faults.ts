import { z } from "zod";
import type { VapiDouble } from "../vapi/mod.ts";

/** How the double of Vapi behaves: normally, not at all, slowly, or as when it is asked too often. */
export const vapiMoodSchema = z.enum(["up", "down", "slow", "busy"]);
export type VapiMood = z.infer<typeof vapiMoodSchema>;

const SLOW_MS = 2_000;

export function setMood(vapi: VapiDouble, mood: VapiMood): void {
  vapi.faults.clear();
  vapi.faults.up();
  vapi.setLatency(mood === "slow" ? SLOW_MS : 0);
  if (mood === "down") vapi.faults.down("503");
  if (mood === "busy") vapi.faults.decide(() => ({ status: 429, retryAfter: 2 }));
}
