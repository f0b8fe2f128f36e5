/** Where to transfer a call that its agent cannot handle: to a person at its clinic, or nowhere, with a sentence that says so. */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import { AppError } from "../../shared/http/errors.ts";
import { asObject, cut, isJsonObject, isStorable, type JsonObject } from "../../shared/json.ts";

/** A transfer and a handoff, as Vapi's own tools request them: both go to the same person. */
const TYPES: readonly string[] = ["handoff-destination-request", "transfer-destination-request"];

/** Said if no clinic is known. An empty answer would leave the caller in silence. */
const NO_DESTINATION =
  "I can't transfer this call. Please call the clinic again during its opening hours.";

const answerSchema = z.union([
  z.object({ number: z.string(), message: z.string() }),
  z.object({ error: z.string() }),
]);

export function asksForDestination({ type }: JsonObject): boolean {
  return typeof type === "string" && TYPES.includes(type);
}

/** `{destination}` or `{error}`. Nothing of what was said is stored. */
export async function destination(
  call: JsonObject,
  message: JsonObject,
  { db }: { db: Db },
): Promise<JsonObject> {
  try {
    const answer = answerSchema.parse(
      await db.rpc("transfer_destination", { p_call: call, p_said: lastSaid(message) }),
    );
    return "error" in answer ? answer : { destination: { type: "number", ...answer } };
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith("tenant_")) throw error;
    return { error: NO_DESTINATION };
  }
}

const TURNS = 3;

/** The caller's last words, as Vapi's artifact has them. */
function lastSaid(message: JsonObject): string | null {
  const { messages } = asObject(message["artifact"]);
  const said = (Array.isArray(messages) ? messages : []).filter(isJsonObject)
    .filter(({ role }) => role === "user")
    .map((turn) => turn["message"] ?? turn["content"])
    .filter((text) => typeof text === "string" && isStorable(text));
  return said.length === 0 ? null : cut(said.slice(-TURNS).join("\n"), 2_000);
}
