import type { VNode } from "preact";
import { readSettings } from "../../client/settings.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { NotFound } from "../not_found.tsx";
import type { Organization } from "../organization.ts";
import { href } from "../router.ts";
import { client } from "../session.ts";
import { Failure } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { BookingTab } from "./booking_tab.tsx";
import { CalendarsTab } from "./calendars_tab.tsx";
import { ClosuresTab } from "./closures_tab.tsx";
import { FaqTab } from "./faq_tab.tsx";
import { GeneralTab } from "./general_tab.tsx";
import { HandoverTab } from "./handover_tab.tsx";
import { HoursTab } from "./hours_tab.tsx";
import { LocationsTab } from "./locations_tab.tsx";
import { MembersTab } from "./members_tab.tsx";
import { ServicesTab } from "./services_tab.tsx";
import type { TabProps } from "./tab.ts";
import { TextsTab } from "./texts_tab.tsx";

const tabs: Readonly<Record<string, (props: TabProps) => VNode>> = {
  general: GeneralTab,
  hours: HoursTab,
  closures: ClosuresTab,
  services: ServicesTab,
  calendars: CalendarsTab,
  locations: LocationsTab,
  booking: BookingTab,
  handover: HandoverTab,
  faq: FaqTab,
  texts: TextsTab,
  members: MembersTab,
};

/** The clinic's settings, one page per subject. */
export function ClinicPage({ organization, path: [tab = "general", ...rest] }: {
  organization: Organization;
  path: readonly string[];
}): VNode {
  const settings = useLoad(
    `settings ${organization.id}`,
    () => readSettings(client.value, organization.id),
  );
  const Tab = Object.hasOwn(tabs, tab) ? tabs[tab] : undefined;
  if (Tab === undefined || rest.length > 0) return <NotFound />;
  return (
    <Page title={organization.name} lead={!organization.isAdmin && t("readOnly")}>
      <nav class="tabs" aria-label={t("settingsPages")}>
        {Object.keys(tabs).map((name) => (
          <a
            key={name}
            href={href(organization.id, "clinic", name)}
            aria-current={name === tab ? "page" : undefined}
          >
            {tWord("tab", name)}
          </a>
        ))}
      </nav>
      {settings.value
        ? (
          <Tab
            key={tab}
            settings={settings.value}
            organization={organization}
            onChanged={settings.reload}
          />
        )
        : settings.isLoading
        ? <Skeleton />
        : <Failure error={settings.error} onRetry={settings.reload} />}
    </Page>
  );
}
