import type { Platform } from "../platform.ts";

/** Whatever was saved, edited and replayed, Vapi was sent only what its document allows. */
export function bodyViolations({ stack }: Platform): string[] {
  return stack.vapi.refusedBodies.map(({ route, message }) =>
    `Vapi refused the body of ${route}: ${message}`
  );
}
