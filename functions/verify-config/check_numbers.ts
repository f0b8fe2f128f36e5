/** Compares the phone numbers that belong to organizations with what Vapi has. */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { reportsTo } from "../../shared/assistants/numbers.ts";
import { isJsonObject, type JsonValue } from "../../shared/json.ts";
import type { VapiDocument } from "../../shared/vapi/port.ts";
import { type Finding, finding } from "./finding.ts";

const knownSchema = z.object({
  numbers: z.array(z.object({
    vapiPhoneNumberId: z.string(),
    phone: z.string().nullable(),
    orgId: z.guid(),
    agentId: z.guid().nullable(),
    assistantId: z.string().nullable(),
  })),
  agentsWithout: z.array(z.object({ orgId: z.guid(), agentId: z.guid() })),
});
type KnownNumber = z.infer<typeof knownSchema>["numbers"][number];

/** Vapi is asked only if an agent has a number. */
export async function checkNumbers(
  { db, vapi, webhook }: Pick<SyncDeps, "db" | "vapi" | "webhook">,
  orgId?: string,
): Promise<Finding[]> {
  const { numbers, agentsWithout } = knownSchema.parse(
    await db.rpc("numbers_to_verify", { p_org_id: orgId ?? null }),
  );
  if (!numbers.some(({ agentId }) => agentId !== null)) return [];
  const remote = new Map((await vapi.phoneNumbers.list()).map((each) => [each.id, each]));
  return [
    ...numbers.flatMap((number) =>
      checkNumber(number, remote.get(number.vapiPhoneNumberId), webhook)
    ),
    ...agentsWithout.map((agent) => finding("agent_without_number", agent)),
  ];
}

function checkNumber(
  { vapiPhoneNumberId: phoneNumberId, orgId, agentId, assistantId }: KnownNumber,
  found: VapiDocument | undefined,
  webhook: SyncDeps["webhook"],
): Finding[] {
  const where = { orgId, phoneNumberId, ...agentId !== null && { agentId } };
  if (found === undefined) return [finding("number_missing", where)];
  if (agentId === null) return [finding("number_without_agent", where)];
  const answeredBy = found["assistantId"] ?? null;
  return [
    ...answeredBy === assistantId
      ? []
      : [finding("number_wrong_assistant", { ...where, expected: assistantId, found: answeredBy })],
    ...isJsonObject(found["server"]) && reportsTo(found["server"], webhook)
      ? []
      : [finding("number_wrong_server", { ...where, expected: webhook.url })],
  ];
}

/** A phone number of the Vapi account, and the organization that has it; null: none of ours. */
export interface AccountNumber {
  vapiPhoneNumberId: string;
  number: JsonValue;
  name: JsonValue;
  provider: JsonValue;
  /** The assistant that answers it at Vapi. */
  assistantId: JsonValue;
  orgId: string | null;
  agentId: string | null;
}

/** All numbers of the account, for an operator who assigns one. */
export async function listNumbers(
  { db, vapi }: Pick<SyncDeps, "db" | "vapi">,
): Promise<AccountNumber[]> {
  const [remote, known] = await Promise.all([
    vapi.phoneNumbers.list(),
    db.rpc("numbers_to_verify", { p_org_id: null }),
  ]);
  const owners = new Map(
    knownSchema.parse(known).numbers.map((each) => [each.vapiPhoneNumberId, each]),
  );
  return remote.map((each) => ({
    vapiPhoneNumberId: each.id,
    number: each["number"] ?? null,
    name: each["name"] ?? null,
    provider: each["provider"] ?? null,
    assistantId: each["assistantId"] ?? null,
    orgId: owners.get(each.id)?.orgId ?? null,
    agentId: owners.get(each.id)?.agentId ?? null,
  }));
}
