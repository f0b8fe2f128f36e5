import type { ComponentChildren, VNode } from "preact";
import { ApiError } from "../../client/api_error.ts";
import { t } from "../i18n.ts";
import { Button } from "./button.tsx";

/** Something that replaces content, or is above it. */
export function Notice(
  { tone = "plain", children }: { tone?: "plain" | "wrong"; children: ComponentChildren },
): VNode {
  return <div class={`notice ${tone}`} role={tone === "wrong" ? "alert" : "status"}>{children}
  </div>;
}

/** Why something could not be shown, with a way to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => unknown }): VNode {
  return (
    <Notice tone="wrong">
      <p>{reasonOf(error)}</p>
      {onRetry && <Button onPress={onRetry}>{t("retry")}</Button>}
    </Notice>
  );
}

/** For the person: what the database or a function said, in its words. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.code === "unreachable") return t("unreachable");
  const message = error instanceof Error ? error.message : String(error);
  return message === "" ? t("failed") : message;
}

/** What is wrong with a field, by its path. */
export function problemOf(error: unknown, ...paths: string[]): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.problems.find(({ path }) =>
    paths.some((name) => path === name || path.startsWith(`${name}.`))
  )
    ?.message;
}
