/** Agreement to a change of the project. */

export type Consent = "dry run" | "given" | "refused";

/** `ask` puts the question to the person at the terminal, and answers no if there is none. */
export function consentTo(
  { dryRun, yes }: { dryRun: boolean; yes: boolean },
  ask: () => boolean,
): Consent {
  if (dryRun) return "dry run";
  return yes || ask() ? "given" : "refused";
}
