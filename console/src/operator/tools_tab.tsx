import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { href, place, replace } from "../router.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notice.tsx";
import { here } from "./here.ts";
import { secondsOf } from "./job_words.ts";
import { Listing } from "../ui/listing.tsx";
import { ToolMatrix } from "./tool_matrix.tsx";

const PAGE = 100;

/** The tools at Vapi and how well they work, and which agent has which of them. */
export function ToolsTab(): VNode {
  const search = place.value.query.get("search") ?? "";
  const tools = useLoad("tools", () => call(client.value, "operator_tools"));
  const [shown, setShown] = useState(PAGE);
  const agents = useLoad(`matrix ${search} ${shown}`, () =>
    call(client.value, "operator_agents", {
      p_limit: shown,
      ...(search !== "" && { p_search: search }),
    }));
  const more = agents.value?.length === shown && shown < 500;
  return (
    <>
      <Listing
        rows={tools}
        label={t("op_tools")}
        empty={t("noTools")}
        columns={[
          t("tool"),
          t("definition"),
          t("onAgents"),
          t("calls24"),
          t("refusedCount"),
          t("failedCount"),
          t("median"),
          "p95",
        ]}
      >
        {(row) => (
          <tr
            key={`${row.tool} ${row.vapi_tool_id}`}
            class={row.state === "current" ? "" : "faint"}
          >
            <td>
              <code>{row.tool}</code>
            </td>
            <td>
              <span class={`badge ${row.state === "current" ? "ok" : "superseded"}`}>
                {tWord("toolState", row.state)}
              </span>{" "}
              <code title={row.definition_hash}>{row.definition_hash.slice(0, 8)}</code>{" "}
              <span class="faint">{dateTimeOf(row.since, here)}</span>
            </td>
            <td class="number">{row.agents}</td>
            <td class="number">{row.state === "current" && row.calls}</td>
            <td class="number">{row.state === "current" && row.refused}</td>
            <td class="number">
              {row.state === "current" &&
                (row.failed > 0 ? <span class="badge failed">{row.failed}</span> : 0)}
            </td>
            <td class="number">{row.state === "current" && secondsOf(row.p50_seconds)}</td>
            <td class="number">{row.state === "current" && secondsOf(row.p95_seconds)}</td>
          </tr>
        )}
      </Listing>
      <h2 class="apart">{t("whoHasWhat")}</h2>
      <p class="hint below">{t("whoHasWhatWhy")}</p>
      <input
        class="search"
        type="search"
        aria-label={t("search")}
        placeholder={t("searchAgents")}
        value={search}
        onInput={({ currentTarget: { value } }) =>
          replace(href("operator", "tools", value === "" ? {} : { search: value }))}
      />
      {agents.error !== undefined && <Failure error={agents.error} onRetry={agents.reload} />}
      {agents.value && <ToolMatrix rows={agents.value} />}
      {more && <Button onPress={() => setShown(500)}>{t("more")}</Button>}
    </>
  );
}
