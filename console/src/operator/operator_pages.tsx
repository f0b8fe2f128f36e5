import type { VNode } from "preact";
import { t, tWord } from "../i18n.ts";
import { NotFound } from "../not_found.tsx";
import { href } from "../router.ts";
import { Page } from "../ui/page.tsx";
import { AlertsTab } from "./alerts_tab.tsx";
import { FiguresTab } from "./figures_tab.tsx";
import { JobsTab } from "./jobs_tab.tsx";
import { MigrationTab } from "./migration_tab.tsx";
import { OrganizationsTab } from "./organizations_tab.tsx";
import { ToolsTab } from "./tools_tab.tsx";
import { TracePage } from "./trace_page.tsx";
import { VerificationTab } from "./verification_tab.tsx";

const tabs: Readonly<Record<string, () => VNode>> = {
  organizations: OrganizationsTab,
  tools: ToolsTab,
  jobs: JobsTab,
  alerts: AlertsTab,
  migration: MigrationTab,
  verification: VerificationTab,
  figures: FiguresTab,
};

/** For the people who run the platform: all clinics in numbers, and the machinery. */
export function OperatorPages(
  { path: [tab = "organizations", ...rest] }: { path: readonly string[] },
): VNode {
  const Tab = Object.hasOwn(tabs, tab) ? tabs[tab] : undefined;
  const [id, ...beyond] = rest;
  if (Tab === undefined || beyond.length > 0 || id !== undefined && tab !== "jobs") {
    return <NotFound />;
  }
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
      {id === undefined ? <Tab key={tab} /> : <TracePage key={id} id={id} />}
    </Page>
  );
}
