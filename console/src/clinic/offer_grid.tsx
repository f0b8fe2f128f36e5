import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { t } from "../i18n.ts";
import { client } from "../session.ts";
import { attempt, say } from "../ui/toast.tsx";
import type { TabProps } from "./tab.ts";

/** Services by calendars: who offers what, and in how many minutes if that differs. A service without any calendar is offered by all. */
export function OfferGrid({ settings, organization, onChanged }: TabProps): VNode | null {
  const services = settings.services.filter(({ active }) => active);
  const calendars = settings.calendars.filter(({ active, for_tests }) => active && !for_tests);
  if (calendars.length < 2) return null;
  const of = (serviceId: string) =>
    settings.calendar_services.filter(({ service_id }) => service_id === serviceId);
  const save = (serviceId: string, calendarId: string, minutes: number | null | undefined) =>
    attempt(async () => {
      const others = of(serviceId).filter(({ calendar_id }) => calendar_id !== calendarId)
        .map((row) => ({ calendarId: row.calendar_id, durationMinutes: row.duration_minutes }));
      await call(client.value, "set_service_calendars", {
        p_service_id: serviceId,
        p_calendars: minutes === undefined
          ? others
          : [...others, { calendarId, durationMinutes: minutes }],
      });
      await onChanged();
      say(t("saved"));
    });
  return (
    <section>
      <h2>{t("whoDoesWhat")}</h2>
      <p class="hint">{t("whoDoesWhatHint")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("whoDoesWhat")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("service")}</th>
              {calendars.map(({ id, name }) => <th key={id} scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <tr key={service.id}>
                <th scope="row">{service.name}</th>
                {calendars.map((calendar) => {
                  const row = of(service.id).find(({ calendar_id }) => calendar_id === calendar.id);
                  const whose = `${service.name}, ${calendar.name}`;
                  return (
                    <td key={calendar.id}>
                      <div class="hours-row">
                        <input
                          type="checkbox"
                          aria-label={t("offers", { whose })}
                          checked={row !== undefined}
                          disabled={!organization.isAdmin}
                          onChange={({ currentTarget }) =>
                            save(service.id, calendar.id, currentTarget.checked ? null : undefined)}
                        />
                        {row && (
                          <input
                            type="number"
                            min={5}
                            max={720}
                            aria-label={t("minutesOf", { whose })}
                            placeholder={String(service.duration_minutes)}
                            value={row.duration_minutes ?? ""}
                            disabled={!organization.isAdmin}
                            onChange={({ currentTarget: { value } }) =>
                              save(service.id, calendar.id, value === "" ? null : Number(value))}
                          />
                        )}
                      </div>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
