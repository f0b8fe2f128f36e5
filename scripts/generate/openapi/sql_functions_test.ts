import assert from "node:assert/strict";
import { peoplesFunctions } from "./sql_functions.ts";

const DUMP = `
CREATE OR REPLACE FUNCTION public.find(p_org_id uuid, p_from date, p_how text DEFAULT 'a, (b'::text, p_at timestamp with time zone DEFAULT now())
 RETURNS TABLE(calendar_id uuid, local_time time without time zone)
 LANGUAGE sql
AS $function$ select 1 $function$;
comment on function public.find(uuid,date,text,timestamp with time zone) is 'Finds what''s free. Definer: because.';
grant execute on function public.find(uuid,date,text,timestamp with time zone) to authenticated;
CREATE OR REPLACE FUNCTION public.claim(p_limit integer)
 RETURNS jsonb
 LANGUAGE sql
AS $function$ select 1 $function$;
grant execute on function public.claim(integer) to service_role;
`;

Deno.test("peoplesFunctions() reads names, arguments with their defaults, and results, of what people may call", () => {
  assert.deepEqual(peoplesFunctions(DUMP), [{
    name: "find",
    description: "Finds what's free.",
    args: [
      { name: "p_org_id", type: "uuid", isOptional: false },
      { name: "p_from", type: "date", isOptional: false },
      { name: "p_how", type: "text", isOptional: true },
      { name: "p_at", type: "timestamp with time zone", isOptional: true },
    ],
    returns: [
      { name: "calendar_id", type: "uuid", isOptional: false },
      { name: "local_time", type: "time without time zone", isOptional: false },
    ],
  }]);
});
