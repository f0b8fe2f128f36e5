/** What a function is compared with: the thinnest function that makes the same rpc, on the same stack behind the same gateway. */
import { fileURLToPath } from "node:url";
import type { Stack } from "../local/stack.ts";

export const FLOOR_SLUG = "bench-floor";

/** For the stack's option `elsewhere`: a folder of their own, so that nothing deploys it. */
export const floorFunction = {
  [FLOOR_SLUG]: fileURLToPath(new URL("./floor/index.ts", import.meta.url)),
};

/** Makes an rpc through the floor, and directly through PostgREST. Both throw if the answer is not 2xx. */
export function floors(stack: Stack): Record<"floor" | "straight", Rpc> {
  return {
    floor: (name, args) =>
      post(`${stack.functionsUrl}/${FLOOR_SLUG}`, stack.secretKey, { name, args }),
    straight: (name, args) => post(`${stack.apiUrl}/rest/v1/rpc/${name}`, stack.secretKey, args),
  };
}

type Rpc = (name: string, args: Record<string, unknown>) => Promise<string>;

async function post(url: string, apikey: string, body: unknown): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { apikey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
