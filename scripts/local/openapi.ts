/** docs/openapi.json for one stack: with its own address in place of a project's. */
import { join } from "node:path";
import { isJsonObject, parseJson } from "../../shared/json.ts";
import { repository } from "./migrations.ts";

/** The path at which a stack serves it. */
export const OPENAPI_PATH = "/openapi.json";

export async function serveOpenapi(apiUrl: string): Promise<Response> {
  const document = parseJson(await Deno.readTextFile(join(repository, "docs/openapi.json")));
  return Response.json(
    { ...(isJsonObject(document) ? document : {}), servers: [{ url: apiUrl }] },
    { headers: { "access-control-allow-origin": "*" } },
  );
}
