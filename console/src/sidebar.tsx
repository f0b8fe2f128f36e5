import type { VNode } from "preact";
import { Preferences } from "./account/preferences.tsx";
import { config } from "./config.ts";
import { t } from "./i18n.ts";
import type { Organization } from "./organization.ts";
import { go, href, place } from "./router.ts";
import { type Person, signOut } from "./session.ts";
import { Button } from "./ui/button.tsx";

interface Props {
  person: Person;
  organizations: readonly Organization[];
  current: Organization | undefined;
  section: string | undefined;
  isOperator: boolean;
}

/** The pages of a clinic; the last one exists only with the embedded stack. */
const sections = ["today", "waitlist", "agents", "clinic", "stack"] as const;

/** Which clinic, which page, and who is signed in. */
export function Sidebar({ person, organizations, current, section, isOperator }: Props): VNode {
  return (
    <header class="sidebar">
      {organizations.length > 0 && (
        <select
          class="organization"
          aria-label={t("organization")}
          value={current?.id ?? ""}
          onChange={({ currentTarget: { value } }) =>
            go(
              value === "new"
                ? href("new")
                : href(value, sections.find((name) => name === section) ?? "today"),
            )}
        >
          {current === undefined && <option value="" />}
          {organizations.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          <option value="new">{t("newOrganization")}</option>
        </select>
      )}
      <nav aria-label={t("nav")}>
        {current !== undefined &&
          sections.filter(isThere).map((name) => (
            <a
              key={name}
              href={href(current.id, name)}
              aria-current={section === name && place.value.path[0] === current.id
                ? "page"
                : undefined}
            >
              {t(name)}
            </a>
          ))}
        {isOperator && (
          <a
            href={href("operator")}
            aria-current={place.value.path[0] === "operator" ? "page" : undefined}
          >
            {t("operator")}
          </a>
        )}
      </nav>
      <div class="person">
        <p class="faint" title={person.email}>{person.email}</p>
        <Preferences />
        <Button kind="quiet" onPress={signOut}>{t("signOut")}</Button>
      </div>
    </header>
  );
}

function isThere(section: typeof sections[number]): boolean {
  return section !== "stack" || config.value?.stackUrl !== undefined;
}
