import type { VNode } from "preact";
import * as z from "zod/mini";
import type { Result } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { href } from "../router.ts";

const statesSchema = z.catch(z.record(z.string(), z.string()), {});
const callsSchema = z.catch(z.record(z.string(), z.number()), {});

/** The symbol of each state; its name is in the title and available to screen readers. */
const marks: Readonly<Record<string, string>> = {
  current: "●",
  trial: "◐",
  old: "○",
  missing: "✕",
  off: "–",
};

/** Tools by agents: which definition each has, and how often it was called. */
export function ToolMatrix({ rows }: { rows: Result<"operator_agents"> }): VNode {
  if (rows.length === 0) return <p class="hint">{t("noAgentsMatch")}</p>;
  const states = rows.map((row) => statesSchema.parse(row.tools));
  const tools = [...new Set(states.flatMap(Object.keys))].sort();
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("whoHasWhat")}>
        <table class="dense matrix">
          <thead>
            <tr>
              <th scope="col">{t("agent")}</th>
              {tools.map((tool) => (
                <th key={tool} scope="col">
                  <span>{tool}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => {
              const calls = callsSchema.parse(row.calls);
              return (
                <tr key={row.agent_id}>
                  <th scope="row">
                    <a
                      href={href("operator", "jobs", {
                        queue: "tool-sync",
                        key: `agent:${row.agent_id}`,
                      })}
                    >
                      {row.agent}
                    </a>{" "}
                    <span class="faint">{row.organization}</span>
                    {(row.paused_at || row.sync_state !== "synced") && (
                      <span class={`badge ${row.paused_at ? "paused" : row.sync_state}`}>
                        {tWord("sync", row.paused_at ? "paused" : row.sync_state)}
                      </span>
                    )}
                  </th>
                  {tools.map((tool) => {
                    const state = states[at]?.[tool] ?? "off";
                    return (
                      <td key={tool} class={`cell ${state}`} title={tWord("cell", state)}>
                        <span aria-hidden="true">{marks[state] ?? state}</span>
                        <span class="unseen">{tWord("cell", state)}</span>
                        {calls[tool] !== undefined && <small class="number">{calls[tool]}</small>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="hint legend">
        {Object.entries(marks).map(([state, mark]) => (
          <span key={state}>
            <span class={`cell ${state}`} aria-hidden="true">{mark}</span> {tWord("cell", state)}
          </span>
        ))}
      </p>
    </>
  );
}
