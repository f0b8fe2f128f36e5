/** Whether each tool has the SQL function that carries it out, with its grant, and whether both mean the same arguments. */
import type { Sql } from "postgres";
import { z } from "zod";
import { sqlFunctionOf, type ToolDefinition } from "../../shared/tools/define.ts";
import { definedTools } from "../generate/files.ts";

type NamedTool = Pick<ToolDefinition, "name" | "args">;

const SIGNATURE = "(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb";

const routines = z.array(z.object({
  name: z.string(),
  signature: z.string(),
  granted: z.boolean(),
  body: z.string(),
}));
type Routine = z.infer<typeof routines>[number];

/** The tools under `root` that are implemented in SQL. */
export async function toolsInSql(root: URL): Promise<ToolDefinition[]> {
  const tools = (await definedTools(root)).filter(({ hasRun }) => !hasRun);
  const { catalogue } = await import("../../shared/tools/catalogue.ts");
  return catalogue.filter(({ slug }) => tools.some((tool) => tool.slug === slug));
}

/** One sentence for anything that would make a call to one of the tools fail, or ignore an argument. */
export async function toolFunctionProblems(
  sql: Sql,
  tools: readonly NamedTool[],
): Promise<string[]> {
  const found = routines.parse([
    ...await sql`
    select proname as name,
           format('(%s) returns %s', pg_get_function_arguments(oid), pg_get_function_result(oid)) as signature,
           has_function_privilege('service_role', oid, 'execute') as granted,
           prosrc as body
    from pg_proc where pronamespace = 'private'::regnamespace`,
  ]);
  return tools.flatMap((tool) => problemsOf(tool, found));
}

function problemsOf(tool: NamedTool, found: readonly Routine[]): string[] {
  const name = sqlFunctionOf(tool);
  const routine = found.find((each) => each.name === name);
  if (routine === undefined) {
    return [
      `${tool.name}: the function private.${name}${SIGNATURE} is missing, or functions/<slug>/run.ts`,
    ];
  }
  const sent = Object.entries(tool.args).map(([field, { as = field }]) => as);
  const heard = argumentsOf(routine, found);
  return [
    ...routine.signature === SIGNATURE
      ? []
      : [`${tool.name}: private.${name} is ${routine.signature}, it has to be ${SIGNATURE}`],
    ...routine.granted
      ? []
      : [`${tool.name}: private.${name} lacks \`grant execute … to service_role\``],
    ...sent.filter((each) => !heard.has(each))
      .map((each) =>
        `${tool.name}: private.${name} never reads p_args ->> '${each}', which the definition sends`
      ),
    ...ownArguments(routine).filter((each) => !sent.includes(each))
      .map((each) =>
        `${tool.name}: private.${name} reads p_args ->> '${each}', which no field of the definition sends`
      ),
  ];
}

/** The arguments that a function itself reads, by name. */
function ownArguments({ body }: Routine): string[] {
  const names = [...body.matchAll(/p_args\s*(?:->>?|\?)\s*'(\w+)'/g)].map(([, name = ""]) => name);
  return [...new Set(names)];
}

/** Those, and what is read by the functions to which it passes all arguments. (Such a function may read more than every tool sends.) */
function argumentsOf(
  routine: Routine,
  found: readonly Routine[],
  seen = new Set<string>(),
): Set<string> {
  const called = found.filter(({ name, signature }) =>
    !seen.has(name) && /\bp_args\b/.test(signature) &&
    new RegExp(`private\\.${name}\\(`).test(routine.body)
  );
  for (const { name } of called) seen.add(name);
  return new Set([
    ...ownArguments(routine),
    ...called.flatMap((each) => [...argumentsOf(each, found, seen)]),
  ]);
}
