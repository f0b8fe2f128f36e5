/** Which calls were marked because their assistant claimed what no tool had done. */
import { z } from "zod";
import type { Stack } from "../local/stack.ts";
import type { Clinic } from "./clinics.ts";

const rowsSchema = z.array(z.object({ org_id: z.string(), flagged: z.number() }));

/** The number of calls per organization. */
export async function readFlags(
  { sql }: Stack,
  clinics: readonly Clinic[],
): Promise<Map<string, number>> {
  const rows = rowsSchema.parse(
    await sql`
      select org_id, count(*) filter (where claimed_without_deed)::integer as flagged
      from calls where org_id = any(${clinics.map(({ orgId }) => orgId)}) group by org_id`,
  );
  return new Map(rows.map(({ org_id, flagged }) => [org_id, flagged]));
}
