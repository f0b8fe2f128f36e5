import type { Person } from "../person.ts";

/** A day of a clinic with three providers: visits of two kinds, some of them cancelled. */
export async function busyDay(owner: Person, orgId: string, day: string): Promise<void> {
  await owner.rest("PATCH", `calendars?org_id=eq.${orgId}`, { name: "Dr. Example" });
  for (const [at, name] of ["Dr. Sample", "Hygienist"].entries()) {
    await owner.rest("POST", "calendars", { org_id: orgId, name, position: at + 1 });
  }
  await owner.rest("POST", "services", {
    org_id: orgId,
    name: "Check-up",
    duration_minutes: 45,
    position: 1,
  });
  const calendars = await owner.rows(`calendars?org_id=eq.${orgId}&order=position&select=id`);
  const [visit, checkUp] = await owner.rows(`services?org_id=eq.${orgId}&order=position&select=id`);
  const times = [
    ["09:00", "09:45", "11:00", "13:30", "15:00"],
    ["09:30", "10:30", "14:00"],
    ["10:00", "11:30", "13:00", "15:30"],
  ];
  let nth = 0;
  for (const [column, starts] of times.entries()) {
    for (const time of starts) {
      const service = ++nth % 3 === 0 ? checkUp : visit;
      const { appointmentId } = await owner.does("book_appointment", {
        p_org_id: orgId,
        p_date: day,
        p_time: time,
        p_patient_name: `Example Patient ${nth}`,
        p_patient_phone: `+120255501${String(nth).padStart(2, "0")}`,
        p_service_id: service?.["id"] ?? null,
        p_calendar_id: calendars[column]?.["id"] ?? null,
      });
      if (nth === 7) {
        await owner.does("cancel_appointment", { p_appointment_id: appointmentId ?? null });
      }
    }
  }
}
