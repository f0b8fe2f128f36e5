/** Tools at Vapi that have the name of one of ours. */
import type { RunReport } from "../../functions/migrate-tools/report.ts";

type Duplicates = NonNullable<RunReport["duplicates"]>;

/** A section of the report, or none. `willBe` for a plan. */
export function describeDuplicates(
  duplicates: Duplicates,
  { isPlan = false }: { isPlan?: boolean } = {},
): string[] {
  if (duplicates.length === 0) return [];
  const lines = duplicates.map(({ name, vapiToolId, url, references, isPrunable, isPruned }) => {
    const fate = isPruned
      ? (isPlan ? "would be deleted" : "deleted")
      : isPrunable
      ? "--prune-duplicates deletes it"
      : references > 0
      ? `carried by ${references} assistants, so it stays`
      : "calls another path, so it stays";
    return `! duplicate of ${name}: ${vapiToolId} (${url ?? "no URL"}): ${fate}`;
  });
  return [lines.join("\n")];
}
