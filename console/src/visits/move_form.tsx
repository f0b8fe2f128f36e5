import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { Visit } from "../../client/visits.ts";
import { todayIn } from "../../../shared/tools/local_date.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { DayField } from "./day_field.tsx";
import { FreeTimes } from "./free_times.tsx";

/** Another day or time for a visit, on its calendar. */
export function MoveForm(
  { visit, timezone, onDone }: { visit: Visit; timezone: string; onDone: () => Promise<void> },
): VNode {
  const [day, setDay] = useState(todayIn(timezone, new Date(visit.starts_at)));
  const [time, setTime] = useState("");
  // Another day has other free times.
  const changeDay = (other: string) => {
    setDay(other);
    setTime("");
  };
  const move = (event: Event) => {
    event.preventDefault();
    if (time === "") return say(t("chooseTime"), true);
    return attempt(async () => {
      const { success, message } = await call(client.value, "move_appointment", {
        p_appointment_id: visit.id,
        p_date: day,
        p_time: time,
      });
      say(message, !success);
      if (success) await onDone();
    });
  };
  return (
    <form class="stack" onSubmit={move}>
      <DayField day={day} onChange={changeDay} />
      {day !== "" && (
        <FreeTimes
          orgId={visit.org_id}
          day={day}
          serviceId={visit.services.id}
          calendarId={visit.calendars.id}
          chosen={time}
          onChoose={setTime}
        />
      )}
      <div class="actions">
        <Button kind="main" type="submit" disabled={time === ""}>{t("move")}</Button>
      </div>
    </form>
  );
}
