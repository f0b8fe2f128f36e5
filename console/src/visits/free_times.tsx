import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

interface Props {
  orgId: string;
  day: string;
  serviceId: string;
  /** "": any. */
  calendarId: string;
  chosen: string;
  onChoose: (time: string) => void;
}

/** The free times of a day, for choosing one. */
export function FreeTimes({ orgId, day, serviceId, calendarId, chosen, onChoose }: Props): VNode {
  const slots = useLoad(
    `slots ${orgId} ${day} ${serviceId} ${calendarId}`,
    () =>
      call(client.value, "find_slots", {
        p_org_id: orgId,
        p_from: day,
        p_until: day,
        p_service_id: serviceId,
        ...(calendarId === "" ? {} : { p_calendar_id: calendarId }),
      }),
  );
  if (slots.error !== undefined) return <Failure error={slots.error} onRetry={slots.reload} />;
  if (slots.value === undefined) return <Skeleton lines={2} />;
  const times = [...new Set(slots.value.map(({ local_time }) => local_time.slice(0, 5)))];
  return (
    <fieldset class="times">
      <legend>{t("freeTimes")}</legend>
      {times.length === 0 && <p class="hint">{t("noFreeTimes")}</p>}
      {times.map((time) => (
        <label key={time}>
          <input
            type="radio"
            name="time"
            checked={chosen === time}
            onChange={() => onChoose(time)}
          />
          <span class="number">{time}</span>
        </label>
      ))}
    </fieldset>
  );
}
