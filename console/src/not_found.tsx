import type { VNode } from "preact";
import { t } from "./i18n.ts";
import { Page } from "./ui/page.tsx";

export function NotFound(): VNode {
  return (
    <Page title={t("nothingHere")}>
      <p class="lead">{t("nothingHereWhy")}</p>
    </Page>
  );
}
