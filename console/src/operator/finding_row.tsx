import type { VNode } from "preact";
import * as z from "zod/mini";
import type { Args } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { href } from "../router.ts";
import { Button } from "../ui/button.tsx";

const findingSchema = z.looseObject({
  code: z.string(),
  severity: z.string(),
  orgId: z.optional(z.string()),
  agentId: z.optional(z.string()),
  assistantId: z.optional(z.string()),
  tool: z.optional(z.string()),
  phoneNumberId: z.optional(z.string()),
  expected: z.optional(z.unknown()),
  found: z.optional(z.unknown()),
  repair: z.optional(z.string()),
  /** What a repair would do; null if only a person can repair it. Reports of earlier deployments do not say. */
  fix: z.nullish(z.string()),
});
export const findingsSchema = z.catch(z.array(findingSchema), []);

interface Props {
  finding: z.infer<typeof findingSchema>;
  onRepair?: ((which: Args<"operator_repair">) => Promise<boolean>) | undefined;
}

/** What is wrong, where, what was expected, and what to do: a button if we can repair it. */
export function FindingRow({ finding, onRepair }: Props): VNode {
  const { code, severity, agentId, assistantId, tool, phoneNumberId, expected, found } = finding;
  const repair = () =>
    onRepair?.({
      p_code: code,
      ...(agentId !== undefined && { p_agent_id: agentId }),
      ...(tool !== undefined && { p_tool: tool }),
      ...(phoneNumberId !== undefined && { p_phone_number_id: phoneNumberId }),
    });
  return (
    <li>
      <p class="facts">
        <strong>{code.replaceAll("_", " ")}</strong>
        <span class={`badge ${severity === "error" ? "failed" : "paused"}`}>
          {tWord("severity", severity)}
        </span>
        {tool && <code>{tool}</code>}
        {agentId && (
          <a href={href("operator", "tools", { search: agentId })}>
            {t("agent")} <code>{agentId}</code>
          </a>
        )}
        {!agentId && assistantId && (
          <span>
            {t("assistant")} <code>{assistantId}</code>
          </span>
        )}
        {phoneNumberId && (
          <span>
            {t("phoneNumber")} <code>{phoneNumberId}</code>
          </span>
        )}
      </p>
      {(expected !== undefined || found !== undefined) && (
        <dl class="compare">
          <dt>{t("expected")}</dt>
          <dd class="value">
            <code>{shown(expected)}</code>
          </dd>
          <dt>{t("found")}</dt>
          <dd class="value">
            <code>{shown(found)}</code>
          </dd>
        </dl>
      )}
      <p class="facts">
        <span>{finding.repair}</span>
        {onRepair && finding.fix && (
          <Button kind="quiet" label={`${t("repair")}: ${code}`} onPress={repair}>
            {t("repair")}
          </Button>
        )}
      </p>
    </li>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "–" : JSON.stringify(value);
}
