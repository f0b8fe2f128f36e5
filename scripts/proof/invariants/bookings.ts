import type { Observation } from "./observation.ts";

/** Design: what callers were told is booked is booked, nothing else is, and no two visits share a slot. */
export function bookingViolations(
  { appointments, clashes, unanswered, offers, ledger }: Observation,
): string[] {
  const confirmed = new Set(
    appointments.filter(({ state }) => state === "confirmed").map(({ id }) => id),
  );
  const violations = [
    ...[...ledger.booked].filter((id) => !confirmed.has(id)).map((id) =>
      `A caller was told that appointment ${id} is booked, and it is not`
    ),
    ...[...confirmed].filter((id) =>
      !ledger.booked.has(id) && !ledger.mayBeBooked.has(id) && !offers.booked.includes(id)
    ).map((
      id,
    ) => `Appointment ${id} is booked, and no caller was told so`),
  ];
  if (clashes > 0) violations.push(`${clashes} pairs of booked appointments overlap`);
  const { twice, open, optedOut, shared, takenTwice } = offers;
  if (twice > 0) violations.push(`${twice} slots were offered to one who waits twice`);
  if (open > 0) violations.push(`${open} offers were left open`);
  if (optedOut > 0) violations.push(`${optedOut} offers went to numbers that had opted out`);
  if (shared > 0) violations.push(`${shared} visits were given to two who waited`);
  if (takenTwice > 0) violations.push(`${takenTwice} who waited once took two offers`);
  if (unanswered > 0) violations.push(`${unanswered} tool calls are stored without their answer`);
  return violations;
}
