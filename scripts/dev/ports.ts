/** The ports of `deno task dev`: the same in each run, as with `supabase start`, as long as nobody else uses them. */

import { freePort } from "../local/free_port.ts";

export const FIRST_PORT = 54_321;

export type Part = "api" | "database" | "vapi" | "twilio" | "google" | "resend";
export type Ports = Readonly<Record<Part, number>>;

/** `free` says whether a port is available. One in use is replaced by a free one, which is reported. */
export function choosePorts(
  first: number,
  { isFree = canListen, another = freePort }: {
    isFree?: (port: number) => boolean;
    another?: () => number;
  } = {},
): { ports: Ports; taken: { part: Part; port: number; instead: number }[] } {
  const taken: { part: Part; port: number; instead: number }[] = [];
  const choose = (part: Part, port: number) => {
    if (port <= 65_535 && isFree(port)) return port;
    const instead = another();
    taken.push({ part, port, instead });
    return instead;
  };
  const ports = {
    api: choose("api", first),
    database: choose("database", first + 1),
    vapi: choose("vapi", first + 2),
    twilio: choose("twilio", first + 3),
    google: choose("google", first + 4),
    resend: choose("resend", first + 5),
  };
  return { ports, taken };
}

export function canListen(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
      return false;
    }
    throw error;
  }
}
