import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { usePolling } from "../poll.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { attempt } from "../ui/toast.tsx";
import { here } from "./here.ts";
import { Listing } from "../ui/listing.tsx";
import { wayOutOf } from "./way_out.ts";

/** Firing alerts, and recently resolved ones. */
export function AlertsTab(): VNode {
  const rows = useLoad("alerts", () => call(client.value, "operator_alerts", {}));
  usePolling(false, rows.reload);
  const acknowledge = (id: string) =>
    attempt(() => call(client.value, "operator_acknowledge_alert", { p_alert_id: id })).finally(
      rows.reload,
    );
  return (
    <Listing
      rows={rows}
      label={t("op_alerts")}
      empty={t("noAlerts")}
      columns={[t("state"), t("kind"), t("created"), ""]}
    >
      {(alert) => (
        <tr key={alert.id}>
          <td>
            <span class={`badge ${alert.state === "firing" ? "failed" : "paused"}`}>
              {tWord("alert", alert.state)}
            </span>
          </td>
          <td>
            <strong>{alert.kind}</strong> <span class="faint">{alert.severity}</span>
            <p class="value">{alert.message}</p>
            <AlertWayOut alert={alert} />
            {alert.count > 1 && <p class="faint">{t("times", { n: alert.count })}</p>}
          </td>
          <td>{dateTimeOf(alert.created_at, here)}</td>
          <td>
            {alert.state === "firing" &&
              (alert.acknowledged_at ? <span class="faint">{t("acknowledged")}</span> : (
                <Button
                  label={`${t("acknowledge")}: ${alert.kind}`}
                  onPress={() => acknowledge(alert.id)}
                >
                  {t("acknowledge")}
                </Button>
              ))}
          </td>
        </tr>
      )}
    </Listing>
  );
}

/** What to do about it: a link to a page that shows it, or else the runbook, which has a section for each kind. */
function AlertWayOut(
  { alert }: { alert: Parameters<typeof wayOutOf>[0] & { state: string } },
): VNode | null {
  if (alert.state !== "firing") return null;
  const way = wayOutOf(alert);
  return way === undefined ? <p class="faint">{t("way_runbook", { kind: alert.kind })}</p> : (
    <p>
      <a href={way.href}>{t(way.say)}</a>
    </p>
  );
}
