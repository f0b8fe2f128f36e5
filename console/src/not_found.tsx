import type { VNode } from "preact";
import { ApiError } from "../client/api_error.ts";
import { t } from "./i18n.ts";
import { Page } from "./ui/page.tsx";

/** Whether the requested thing does not exist, for this person. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError &&
    (error.code === "not_found" || error.code === "invalid_input");
}

export function NotFound(): VNode {
  return (
    <Page title={t("nothingHere")}>
      <p class="lead">{t("nothingHereWhy")}</p>
    </Page>
  );
}
