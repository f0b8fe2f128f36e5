import type { Observation } from "./observation.ts";

/** Design: what callers were told is booked is booked, nothing else is, and nobody shares a slot. */
export function bookingViolations(
  { appointments, clashes, unanswered, ledger }: Observation,
): string[] {
  const confirmed = new Set(
    appointments.filter(({ state }) => state === "confirmed").map(({ id }) => id),
  );
  const violations = [
    ...[...ledger.booked].filter((id) => !confirmed.has(id)).map((id) =>
      `A caller was told that appointment ${id} is booked, and it is not`
    ),
    ...[...confirmed].filter((id) => !ledger.booked.has(id) && !ledger.mayBeBooked.has(id)).map((
      id,
    ) => `Appointment ${id} is booked, and no caller was told so`),
  ];
  if (clashes > 0) violations.push(`${clashes} pairs of booked appointments overlap`);
  if (unanswered > 0) violations.push(`${unanswered} tool calls are stored without their answer`);
  return violations;
}
