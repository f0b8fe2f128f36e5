/** Who agreed that the project may be changed. */

export type Consent = "dry run" | "given" | "refused";

/** `ask` puts the question to whoever sits at the terminal, and says no where nobody does. */
export function consentTo(
  { dryRun, yes }: { dryRun: boolean; yes: boolean },
  ask: () => boolean,
): Consent {
  if (dryRun) return "dry run";
  return yes || ask() ? "given" : "refused";
}
