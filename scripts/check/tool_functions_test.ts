import { deepEqual } from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { date, text } from "../../shared/tools/fields.ts";
import { repository } from "../local/migrations.ts";
import { withDatabase } from "../schema/with_database.ts";
import { toolFunctionProblems, toolsInSql } from "./tool_functions.ts";

const args = { name: text("a name", "A name."), visit: { ...date, as: "day" } };

/** Such a function, sound except for what the test changes. */
function made(
  name: string,
  {
    parameter = "p_args",
    body = "read_more(p_args) || jsonb_build_object('name', p_args ->> 'name')",
  } = {},
): string {
  return `create function private.${name}(p_org_id uuid, p_call jsonb, ${parameter} jsonb) returns jsonb
    language sql set search_path = '' as $$ select private.${body} $$;
    revoke execute on function private.${name}(uuid, jsonb, jsonb) from public;`;
}
const granted = (name: string) =>
  `grant execute on function private.${name}(uuid, jsonb, jsonb) to service_role;`;

Deno.test("toolFunctionProblems() finds nothing in the catalogue, and names what a tool lacks", async () => {
  await withDatabase(async ({ sql }) => {
    const root = pathToFileURL(`${repository}/`);
    deepEqual(await toolFunctionProblems(sql, await toolsInSql(root)), []);

    await sql.unsafe(`
      create function private.read_more(p_args jsonb) returns jsonb language sql set search_path = ''
        as $$ select jsonb_build_object('day', p_args -> 'day') $$;
      ${made("tool_sound")} ${granted("tool_sound")}
      ${made("tool_ungranted")}
      ${made("tool_deaf", { body: "read_more(p_args)" })} ${granted("tool_deaf")}
      ${
      made("tool_curious", {
        body: "read_more(p_args) || (p_args -> 'name') || (p_args -> 'visit')",
      })
    }
      ${granted("tool_curious")}
      ${made("tool_other", { parameter: "p_arguments", body: "read_more(p_arguments)" })} ${
      granted("tool_other")
    }`);
    const problems = (name: string) => toolFunctionProblems(sql, [{ name, args }]);
    deepEqual(await problems("sound"), []);
    deepEqual(await problems("notThere"), [
      "notThere: the function private.tool_not_there(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb is missing, " +
      "or functions/<slug>/run.ts",
    ]);
    deepEqual(await problems("ungranted"), [
      "ungranted: private.tool_ungranted lacks `grant execute … to service_role`",
    ]);
    deepEqual(await problems("deaf"), [
      "deaf: private.tool_deaf never reads p_args ->> 'name', which the definition sends",
    ]);
    deepEqual(await problems("curious"), [
      "curious: private.tool_curious reads p_args ->> 'visit', which no field of the definition sends",
    ]);
    deepEqual(
      (await problems("other"))[0],
      "other: private.tool_other is (p_org_id uuid, p_call jsonb, p_arguments jsonb) returns jsonb, " +
        "it has to be (p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb",
    );
  });
});
