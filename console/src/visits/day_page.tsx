import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { listCalls } from "../../client/calls.ts";
import { dayRange } from "../../client/day.ts";
import { readSettings } from "../../client/settings.ts";
import { listVisits, type Visit } from "../../client/visits.ts";
import { todayIn } from "../../../shared/tools/local_date.ts";
import { dayName, zoneName } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { useNews } from "../live.ts";
import { place } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { BookDialog } from "./book_dialog.tsx";
import { CallTable } from "./call_table.tsx";
import { DayGrid } from "./day_grid.tsx";
import { DayPicker } from "./day_picker.tsx";
import { VisitDialog } from "./visit_dialog.tsx";

/** A clinic's day: visits by calendar and hour, and the calls with what the tools did in them. */
export function DayPage({ organization }: { organization: Organization }): VNode {
  const { id, timezone } = organization;
  const asked = place.value.query.get("day");
  const day = asked !== null && /^\d{4}-\d\d-\d\d$/.test(asked)
    ? asked
    : todayIn(timezone, new Date());
  const range = dayRange(day, timezone);
  const settings = useLoad(`settings ${id}`, () => readSettings(client.value, id));
  const visits = useLoad(`visits ${id} ${day}`, () => listVisits(client.value, id, range));
  const calls = useLoad(`calls ${id} ${day}`, () => listCalls(client.value, id, { range }));
  useNews("visits", false, visits.reload);
  useNews("calls", false, calls.reload);
  const [isBooking, setBooking] = useState(false);
  const [opened, setOpened] = useState<Visit>();
  const changed = async () => {
    setBooking(false);
    setOpened(undefined);
    await visits.reload();
  };

  return (
    <Page
      title={dayName(day)}
      lead={t("timesIn", { zone: zoneName(timezone, new Date(`${day}T12:00:00Z`)) })}
      actions={
        <>
          <DayPicker organization={organization} day={day} />
          {settings.value && (
            <Button kind="main" onPress={() => setBooking(true)}>{t("book")}</Button>
          )}
        </>
      }
    >
      {visits.error !== undefined && <Failure error={visits.error} onRetry={visits.reload} />}
      {visits.value === undefined || settings.value === undefined
        ? (visits.error === undefined && <Skeleton />)
        : (
          <DayGrid
            visits={visits.value}
            calendars={settings.value.calendars.filter(({ active }) => active)}
            timezone={timezone}
            onOpen={setOpened}
          />
        )}
      <section aria-labelledby="calls">
        <h2 id="calls">{t("calls")}</h2>
        {calls.error !== undefined && <Failure error={calls.error} onRetry={calls.reload} />}
        {calls.value && <CallTable calls={calls.value} organization={organization} />}
      </section>
      {isBooking && settings.value && (
        <BookDialog
          settings={settings.value}
          day={day}
          onDone={changed}
          onClose={() => setBooking(false)}
        />
      )}
      {opened && (
        <VisitDialog
          visit={opened}
          timezone={timezone}
          onDone={changed}
          onClose={() => setOpened(undefined)}
        />
      )}
    </Page>
  );
}
