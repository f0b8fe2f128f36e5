/** Calls the SQL functions of docs/people-api.md by name: arguments and results are typed, and results are parsed. */
import type * as z from "zod/mini";
import type { Database } from "../../shared/database_types.ts";
import { answerOf, type Client } from "./client.ts";
import { RESULTS } from "./results.ts";

type Functions = Database["public"]["Functions"];
type Parsed = typeof RESULTS;

/** Functions whose result SQL itself describes: rows, or a value. */
type Plain =
  | "am_i_operator"
  | "displaced_appointments"
  | "find_slots"
  | "my_invitations"
  | "operator_agents"
  | "operator_alerts"
  | "operator_figures"
  | "operator_job_counts"
  | "operator_jobs"
  | "operator_organizations"
  | "operator_tools"
  | "operator_trace"
  | "operator_verifications"
  | "organization_members"
  | "tool_catalogue";

export type RpcName = keyof Parsed | Plain;
export type Args<Name extends RpcName> = Functions[Name]["Args"];
export type Result<Name extends RpcName> = Name extends keyof Parsed ? z.infer<Parsed[Name]>
  : Functions[Name]["Returns"];

/** `call(client, "pause_agent", { p_agent_id })`. Throws `ApiError`. */
export function call<Name extends RpcName>(
  client: Client,
  name: Name,
  ...[args]: Args<Name> extends Record<PropertyKey, never> ? [] : [Args<Name>]
): Promise<Result<Name>>;
export async function call(
  client: Client,
  name: RpcName,
  args: Args<RpcName> = {},
): Promise<unknown> {
  const answer: unknown = await answerOf(client.rpc(name, args));
  return isParsed(name) ? RESULTS[name].parse(answer) : answer;
}

function isParsed(name: RpcName): name is keyof Parsed {
  return name in RESULTS;
}
