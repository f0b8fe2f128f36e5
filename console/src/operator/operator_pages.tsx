import type { VNode } from "preact";
import { t, tWord } from "../i18n.ts";
import { NotFound } from "../not_found.tsx";
import { href } from "../router.ts";
import { Page } from "../ui/page.tsx";
import { AlertsTab } from "./alerts_tab.tsx";
import { JobsTab } from "./jobs_tab.tsx";
import { MigrationTab } from "./migration_tab.tsx";
import { OrganizationsTab } from "./organizations_tab.tsx";
import { VerificationTab } from "./verification_tab.tsx";

const tabs: Readonly<Record<string, () => VNode>> = {
  organizations: OrganizationsTab,
  jobs: JobsTab,
  alerts: AlertsTab,
  migration: MigrationTab,
  verification: VerificationTab,
};

/** For who runs the platform: all clinics in numbers, and the machinery. */
export function OperatorPages(
  { path: [tab = "organizations", ...rest] }: { path: readonly string[] },
): VNode {
  const Tab = Object.hasOwn(tabs, tab) ? tabs[tab] : undefined;
  if (Tab === undefined || rest.length > 0) return <NotFound />;
  return (
    <Page title={t("operator")}>
      <nav class="tabs" aria-label={t("operatorPages")}>
        {Object.keys(tabs).map((name) => (
          <a
            key={name}
            href={href("operator", name)}
            aria-current={name === tab ? "page" : undefined}
          >
            {tWord("op", name)}
          </a>
        ))}
      </nav>
      <Tab key={tab} />
    </Page>
  );
}
