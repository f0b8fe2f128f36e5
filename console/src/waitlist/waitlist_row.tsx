import type { VNode } from "preact";
import type { WaitlistEntry } from "../../client/waitlist.ts";
import { dateTimeOf, dayName } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { Button } from "../ui/button.tsx";

interface Props {
  entry: WaitlistEntry;
  timezone: string;
  /** Left out for a person who no longer waits. */
  onRemove?: () => void;
}

/** Who waits, for what, since when, and the result of each offer. */
export function WaitlistRow({ entry, timezone, onRemove }: Props): VNode {
  const { patient_name, contacts, services, calendars, from_day, until_day, part_of_day } = entry;
  const days = from_day === until_day
    ? dayName(from_day)
    : t("fromUntil", { from: dayName(from_day), until: dayName(until_day) });
  return (
    <tr>
      <td>
        <strong>{patient_name}</strong>
        <p>
          <a href={`tel:${contacts.phone}`}>{contacts.phone}</a>
        </p>
      </td>
      <td>
        {services.name} · {calendars?.name ?? t("anyCalendar")}
        <p class="faint">
          {days}
          {part_of_day && ` · ${tWord("part", part_of_day)}`}
        </p>
      </td>
      <td>
        <ul class="tool-calls">
          {entry.waitlist_offers.map(({ id, state, starts_at, expires_at }) => (
            <li key={id}>
              <span class="number">{dateTimeOf(starts_at, timezone)}</span>{" "}
              <span class={`badge ${state}`}>{tWord("offer", state)}</span>{" "}
              {state === "offered" && (
                <span class="faint">
                  {t("untilTime")} {dateTimeOf(expires_at, timezone)}
                </span>
              )}
            </li>
          ))}
        </ul>
        {entry.state !== "waiting" && (
          <span class={`badge ${entry.state}`}>{tWord("waitlist", entry.state)}</span>
        )}
      </td>
      <td class="number">{dateTimeOf(entry.created_at, timezone)}</td>
      {onRemove && (
        <td class="actions">
          <Button kind="quiet" label={`${t("remove")}: ${patient_name}`} onPress={onRemove}>
            {t("remove")}
          </Button>
        </td>
      )}
    </tr>
  );
}
