import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../client/call.ts";
import { listMemberships } from "../client/settings.ts";
import { FirstSteps } from "./account/first_steps.tsx";
import { AgentPages } from "./agents/pages.tsx";
import { ClinicPage } from "./clinic/clinic_page.tsx";
import { config } from "./config.ts";
import { NotFound } from "./not_found.tsx";
import { useNewsOf } from "./live.ts";
import { useLoad } from "./load.ts";
import { OperatorPages } from "./operator/operator_pages.tsx";
import { type Organization, organizationOf } from "./organization.ts";
import { remember, remembered } from "./remember.ts";
import { go, href, place, replace } from "./router.ts";
import { client, type Person } from "./session.ts";
import { Sidebar } from "./sidebar.tsx";
import { StackPage } from "./stack/stack_page.tsx";
import { t } from "./i18n.ts";
import { Failure } from "./ui/notice.tsx";
import { Skeleton } from "./ui/skeleton.tsx";
import { DayPage } from "./visits/day_page.tsx";
import { WaitlistPage } from "./waitlist/waitlist_page.tsx";

/** The frame around every page, and which page it is. */
export function Shell({ person }: { person: Person }): VNode {
  const loaded = useLoad(`memberships ${person.id}`, async () => {
    const [memberships, isOperator] = await Promise.all([
      listMemberships(client.value, person.id),
      call(client.value, "am_i_operator"),
    ]);
    return { organizations: memberships.map(organizationOf), isOperator };
  });
  const { path: [first, section, ...rest] } = place.value;
  const organizations = loaded.value?.organizations ?? [];
  const organization = organizations.find(({ id }) => id === first);
  useEffect(() => {
    if (organization) remember("organization", organization.id);
  }, [organization?.id]);

  const joined = async (orgId: string) => {
    await loaded.reload();
    go(href(orgId, "agents"));
  };
  const page = (): VNode | null => {
    if (loaded.value === undefined) {
      return loaded.isLoading
        ? <Skeleton />
        : <Failure error={loaded.error} onRetry={loaded.reload} />;
    }
    if (first === "operator" && loaded.value.isOperator) {
      return <OperatorPages path={section === undefined ? [] : [section, ...rest]} />;
    }
    if (first === "new" || organizations.length === 0) return <FirstSteps onJoined={joined} />;
    if (first === undefined) return <Start organizations={organizations} />;
    if (organization === undefined) return <NotFound />;
    return <OrganizationPage organization={organization} section={section} rest={rest} />;
  };

  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>{t("skip")}</a>
      <Sidebar
        person={person}
        organizations={organizations}
        current={organization ?? (first === "operator" ? lastOf(organizations) : undefined)}
        section={section}
        isOperator={loaded.value?.isOperator ?? false}
      />
      <main id="main" tabIndex={-1}>{page()}</main>
    </div>
  );
}

function OrganizationPage(
  { organization, section, rest }: {
    organization: Organization;
    section: string | undefined;
    rest: string[];
  },
): VNode {
  useNewsOf(organization.id);
  switch (section) {
    case undefined:
    case "today":
      return rest.length === 0 ? <DayPage organization={organization} /> : <NotFound />;
    case "waitlist":
      return rest.length === 0 ? <WaitlistPage organization={organization} /> : <NotFound />;
    case "agents":
      return <AgentPages organization={organization} path={rest} />;
    case "clinic":
      return <ClinicPage organization={organization} path={rest} />;
    case "stack":
      return config.value?.stackUrl ? <StackPage organization={organization} /> : <NotFound />;
    default:
      return <NotFound />;
  }
}

/** The address names no clinic: shows the one that was open last. */
function Start({ organizations }: { organizations: readonly Organization[] }): null {
  const { id } = lastOf(organizations) ?? { id: "new" };
  useEffect(() => replace(href(id, "today")), [id]);
  return null;
}

/** The one that was open last. */
function lastOf(organizations: readonly Organization[]): Organization | undefined {
  const last = remembered("organization");
  return organizations.find(({ id }) => id === last) ?? organizations[0];
}

/** The hash is the page's address, so it cannot be used for the link's target. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
