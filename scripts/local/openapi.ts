/** docs/openapi.json as it is for one stack: its own address stands in place of a project's. */
import { join } from "node:path";
import { isJsonObject, parseJson } from "../../shared/json.ts";
import { repository } from "./migrations.ts";

/** Where a stack serves it. */
export const OPENAPI_PATH = "/openapi.json";

export async function serveOpenapi(apiUrl: string): Promise<Response> {
  const document = parseJson(await Deno.readTextFile(join(repository, "docs/openapi.json")));
  return Response.json(
    { ...(isJsonObject(document) ? document : {}), servers: [{ url: apiUrl }] },
    { headers: { "access-control-allow-origin": "*" } },
  );
}
