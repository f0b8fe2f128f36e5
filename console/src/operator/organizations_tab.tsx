import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { href, place, replace } from "../router.ts";
import { client } from "../session.ts";
import { here } from "./here.ts";
import { Listing } from "../ui/listing.tsx";

/** All clinics, in numbers: no data of their patients. */
export function OrganizationsTab(): VNode {
  const search = place.value.query.get("search") ?? "";
  const rows = useLoad(
    `organizations ${search}`,
    () => call(client.value, "operator_organizations", search === "" ? {} : { p_search: search }),
  );
  return (
    <>
      <input
        class="search"
        type="search"
        aria-label={t("search")}
        placeholder={t("searchHint")}
        value={search}
        onInput={({ currentTarget: { value } }) =>
          replace(href("operator", "organizations", value === "" ? {} : { search: value }))}
      />
      <Listing
        rows={rows}
        label={t("op_organizations")}
        empty={t("noRows")}
        columns={[
          t("name"),
          t("agents"),
          t("failedSyncs"),
          t("members"),
          t("phoneNumbers"),
          t("timezone"),
          t("created"),
        ]}
      >
        {(row) => (
          <tr key={row.org_id}>
            <td>
              <strong>{row.name}</strong>
              <p>
                <a href={href("operator", "jobs", { org: row.org_id })}>{t("op_jobs")}</a>
              </p>
            </td>
            <td class="number">{row.agents}</td>
            <td class="number">
              {row.failed_syncs > 0 ? <span class="badge failed">{row.failed_syncs}</span> : 0}
            </td>
            <td class="number">{row.members}</td>
            <td class="number">{row.numbers}</td>
            <td>{row.timezone}</td>
            <td>{dateTimeOf(row.created_at, here)}</td>
          </tr>
        )}
      </Listing>
    </>
  );
}
