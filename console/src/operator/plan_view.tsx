import type { VNode } from "preact";
import * as z from "zod/mini";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { here } from "./here.ts";

const toolSchema = z.looseObject({ name: z.nullable(z.string()) });

export const planSchema = z.looseObject({
  planId: z.string(),
  requestedAt: z.string(),
  finishedAt: z.nullable(z.string()),
  error: z.nullable(z.looseObject({ code: z.string(), message: z.string() })),
  report: z.nullable(z.looseObject({
    agents: z.object({
      total: z.number(),
      migrated: z.number(),
      unchanged: z.number(),
      failed: z.number(),
    }),
    registry: z.array(z.looseObject({ name: z.string(), action: z.string() })),
    vapiCalls: z.record(z.string(), z.number()),
    plan: z.array(z.looseObject({
      agentId: z.string(),
      agentName: z.string(),
      orgName: z.string(),
      action: z.string(),
      reason: z.nullable(z.string()),
      settings: z.array(z.string()),
      tools: z.object({
        link: z.array(z.string()),
        unlink: z.array(toolSchema),
        replace: z.array(toolSchema),
        foreign: z.array(toolSchema),
      }),
    })),
  })),
});
export type Plan = z.infer<typeof planSchema>;

/** A dry run ends within 140 s; after that, its call may have been lost. */
const LONGEST_MS = 150_000;

export function isUnderWay({ finishedAt, requestedAt }: Plan): boolean {
  return finishedAt === null && Date.now() - Date.parse(requestedAt) < LONGEST_MS;
}

/** What a migration would do, tool by tool and agent by agent. */
export function PlanView({ plan }: { plan: Plan }): VNode {
  const { report, error } = plan;
  return (
    <section aria-label={t("plan")}>
      <h2>{t("plan")}</h2>
      <p class="facts">
        {report === null && (
          <span class={`badge ${isUnderWay(plan) ? "syncing" : "failed"}`}>
            {isUnderWay(plan)
              ? t("planning")
              : error === null
              ? t("planLost")
              : `${error.code}: ${error.message}`}
          </span>
        )}
        <span class="faint">{dateTimeOf(plan.requestedAt, here)}</span>
        {report && (
          <span class="number">
            {t("planSays", {
              changed: report.agents.migrated,
              unchanged: report.agents.unchanged,
              failed: report.agents.failed,
            })}
          </span>
        )}
        {report && (
          <span class="number faint">
            {t("requestsToVapi")}:{" "}
            {Object.entries(report.vapiCalls).map(([method, count]) =>
              `${method.toUpperCase()} ${count}`
            ).join(" · ")}
          </span>
        )}
      </p>
      {report && <Tools registry={report.registry} />}
      {report && report.plan.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("plan")}>
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">{t("agent")}</th>
                <th scope="col">{t("planAction")}</th>
                <th scope="col">{t("op_tools")}</th>
                <th scope="col">{t("settings")}</th>
              </tr>
            </thead>
            <tbody>
              {report.plan.map((
                { agentId, agentName, orgName, action, reason, tools, settings },
              ) => (
                <tr key={agentId}>
                  <td>
                    <strong>{agentName}</strong> <span class="faint">{orgName}</span>
                  </td>
                  <td>
                    <span class={`badge ${action === "fail" ? "failed" : "ok"}`}>
                      {tWord("action", action)}
                    </span>
                    {reason && <p class="problem">{reason}</p>}
                  </td>
                  <td>
                    {[
                      ...tools.link.map((name) => `+ ${name}`),
                      ...tools.unlink.map(({ name }) =>
                        `− ${name ?? "?"}`
                      ),
                      ...tools.replace.map(({ name }) =>
                        `⇄ ${name ?? "?"}`
                      ),
                    ].map((text) => <code class="change" key={text}>{text}</code>)}
                  </td>
                  <td>{settings.join(", ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** What happens to the tools at Vapi; unchanged ones are only counted. */
function Tools({ registry }: { registry: readonly { name: string; action: string }[] }): VNode {
  const changed = registry.filter(({ action }) => action !== "keep");
  return (
    <p class="below">
      {changed.map(({ name, action }) => (
        <span class="change" key={name}>
          {tWord("registry", action)} <code>{name}</code>
        </span>
      ))}
      {changed.length < registry.length && (
        <span class="faint">{t("toolsStay", { n: registry.length - changed.length })}</span>
      )}
    </p>
  );
}
