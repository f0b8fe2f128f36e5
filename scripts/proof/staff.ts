import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { patiently } from "./patiently.ts";
import type { Clinic, Platform } from "./platform.ts";

/**
 * Calls an rpc as the clinic's owner, again and again until there is an answer. The console's request is an effect like those of functions;
 * a person whose browser dies asks again, like one whose connection breaks.
 */
export async function askAsStaff(
  { stack, edge }: Platform,
  { accessToken }: Clinic,
  name: string,
  parameters: JsonObject,
): Promise<JsonObject> {
  const path = `/rest/v1/rpc/${name}`;
  const body = JSON.stringify(parameters);
  return await patiently(name, async () => {
    const verdict = await edge.decide({
      slug: "console",
      isolate: 0,
      service: "db",
      method: "POST",
      path,
      name: `rpc ${name}`,
      body,
    });
    if (verdict.endsWith("-before")) throw new Error(`${name} did not get out`);
    const response = await fetch(stack.apiUrl + path, {
      method: "POST",
      headers: {
        apikey: stack.publishableKey,
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
      },
      body,
    });
    const answer = await response.text();
    if (verdict.endsWith("-after")) throw new Error(`The answer of ${name} was lost`);
    if (response.status >= 500) throw new Error(answer);
    const value: unknown = JSON.parse(answer);
    return isJsonObject(value) ? value : {};
  });
}
