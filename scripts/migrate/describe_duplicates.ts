/** Tools at Vapi that have the name of one of ours. */
import type { RunReport } from "../../functions/migrate-tools/report.ts";
import { counted } from "../cli.ts";

type Duplicates = NonNullable<RunReport["duplicates"]>;

/** A section of the report, or none. `isPlan`: for the report of a dry run. */
export function describeDuplicates(
  duplicates: Duplicates,
  options: { isPlan: boolean },
): string[] {
  if (duplicates.length === 0) return [];
  return [duplicates.map((each) => describeDuplicate(each, options)).join("\n")];
}

export function describeDuplicate(
  { name, vapiToolId, url, references, isPrunable, isPruned }: Duplicates[number],
  { isPlan }: { isPlan: boolean },
): string {
  const fate = isPruned
    ? (isPlan ? "would be deleted" : "deleted")
    : isPrunable
    ? "--prune-duplicates deletes it"
    : references > 0
    ? `carried by ${counted(references, "assistant")}, so it stays`
    : "calls another path, so it stays";
  return `! duplicate of ${name}: ${vapiToolId} (${url ?? "no URL"}): ${fate}`;
}
