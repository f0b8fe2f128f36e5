import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { readSettings } from "../../client/settings.ts";
import { listWaitlist, type WaitlistEntry } from "../../client/waitlist.ts";
import { zoneName } from "../clock.ts";
import { t } from "../i18n.ts";
import { useNews } from "../live.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { usePages } from "../pages.ts";
import { href, place } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Listing } from "../ui/listing.tsx";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { attempt } from "../ui/toast.tsx";
import { AddDialog } from "./add_dialog.tsx";
import { WaitlistRow } from "./waitlist_row.tsx";

/** The people who wait for a slot, in the order in which they are asked, with what each was offered. */
export function WaitlistPage({ organization }: { organization: Organization }): VNode {
  const { id, timezone } = organization;
  const ended = place.value.query.has("ended");
  const settings = useLoad(`settings ${id}`, () => readSettings(client.value, id));
  const entries = usePages(
    `waitlist ${id} ${ended}`,
    (page) => listWaitlist(client.value, id, { ended, ...page }),
  );
  const rows = entries.value ?? [];
  // An offer begins with a visit that is given up, and ends with one that is booked.
  useNews("visits", rows.some(isBeingAsked), entries.reload);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<WaitlistEntry>();
  const remove = async ({ id: entry }: WaitlistEntry) => {
    const isDone = await attempt(async () => {
      await call(client.value, "remove_from_waitlist", { p_entry_id: entry });
      await entries.reload();
    });
    if (isDone) setLeaving(undefined);
  };
  const minutes = settings.value?.booking_policies?.waitlist_offer_minutes;

  return (
    <Page
      title={t("waitlist")}
      lead={minutes
        ? t("waitlistLead", { n: minutes, zone: zoneName(timezone) })
        : t("timesIn", { zone: zoneName(timezone) })}
      actions={settings.value && minutes && (
        <Button kind="main" onPress={() => setAdding(true)}>{t("addToWaitlist")}</Button>
      )}
    >
      {settings.value && minutes === null && (
        <Notice>
          {t("noWaitlist")} <a href={href(id, "clinic", "booking")}>{t("tab_booking")}</a>
        </Notice>
      )}
      <nav class="tabs" aria-label={t("waitlist")}>
        {[false, true].map((past) => (
          <a
            key={past}
            href={href(id, "waitlist", past ? { ended: "" } : {})}
            aria-current={past === ended ? "page" : undefined}
          >
            {t(past ? "noLongerWaiting" : "stillWaiting")}
          </a>
        ))}
      </nav>
      <Listing
        rows={entries}
        label={t("waitlist")}
        columns={[
          t("patient"),
          t("waitsFor"),
          t("offeredSlots"),
          t("waitsSince"),
          ...(ended ? [] : [""]),
        ]}
        empty={t(ended ? "nobodyWaited" : "nobodyWaits")}
      >
        {(entry) => (
          <WaitlistRow
            key={entry.id}
            entry={entry}
            timezone={timezone}
            {...(ended ? {} : { onRemove: () => setLeaving(entry) })}
          />
        )}
      </Listing>
      {entries.hasMore && <Button onPress={entries.more}>{t("more")}</Button>}
      {isAdding && settings.value && (
        <AddDialog
          settings={settings.value}
          onDone={async () => {
            setAdding(false);
            await entries.reload();
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {leaving && (
        <Dialog
          title={t("removeFromWaitlist", { name: leaving.patient_name })}
          onClose={() => setLeaving(undefined)}
        >
          <p>{t("removeFromWaitlistWhy")}</p>
          <div class="actions">
            <Button onPress={() => setLeaving(undefined)}>{t("cancel")}</Button>
            <Button kind="danger" onPress={() => remove(leaving)}>{t("remove")}</Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

function isBeingAsked({ waitlist_offers }: WaitlistEntry): boolean {
  return waitlist_offers.some(({ state }) => state === "offered");
}
