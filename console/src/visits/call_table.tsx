import type { VNode } from "preact";
import type { Call } from "../../client/results.ts";
import { dateTimeOf, timeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import type { Organization } from "../organization.ts";
import { href } from "../router.ts";

/** The calls of a day, newest first, with each tool's answer and time. */
export function CallTable(
  { calls, organization: { id, timezone } }: { calls: readonly Call[]; organization: Organization },
): VNode {
  if (calls.length === 0) return <p class="hint">{t("noCalls")}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("time")}</th>
          <th scope="col" class="wide">{t("agent")}</th>
          <th scope="col">{t("whatTools")}</th>
          <th scope="col" class="wide">{t("made")}</th>
          <th scope="col" class="wide">{t("callEnded")}</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.call_id}>
            <td class="number">{timeOf(call.started_at ?? call.created_at, timezone)}</td>
            <td class="wide">
              {call.agent_id && <a href={href(id, "agents", call.agent_id)}>{call.agent}</a>}
            </td>
            <td>
              <ul class="tool-calls">
                {call.tools.map(({ tool, outcome, ms, at }) => (
                  <li key={`${tool} ${at}`}>
                    <code>{tool}</code>{" "}
                    <span class={`badge ${outcome}`}>{tWord("outcome", outcome)}</span>{" "}
                    {ms !== null && <span class="faint number">{Math.round(ms)} ms</span>}
                  </li>
                ))}
              </ul>
              {call.claimed_without_deed && <p class="problem">{t("claimedWithoutDeed")}</p>}
            </td>
            <td class="wide">
              {call.appointments.map(({ appointmentId, startsAt }) => (
                <p key={appointmentId}>{dateTimeOf(startsAt, timezone)}</p>
              ))}
            </td>
            <td class="wide">{call.ended_reason ?? call.status ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
