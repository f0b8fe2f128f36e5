import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useProject } from "../config.ts";
import { t } from "../i18n.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Frame } from "./frame.tsx";

/** Asks for the project, if the host's folder does not name it. */
export function Connect(): VNode {
  const [url, setUrl] = useState("");
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<{ url?: string; key?: string }>({});
  const connect = (event: Event) => {
    event.preventDefault();
    if (key.startsWith("sb_secret_")) setProblem({ key: t("secretKey") });
    else if (!useProject(url.trim(), key.trim())) setProblem({ url: t("noUrl") });
  };
  return (
    <Frame title={t("connectTitle")} lead={t("connectWhy")}>
      <form class="stack" onSubmit={connect}>
        <Field label={t("projectUrl")} problem={problem.url}>
          <input
            type="url"
            required
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </Field>
        <Field label={t("publishableKey")} problem={problem.key}>
          <input
            required
            value={key}
            autocomplete="off"
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </Field>
        <Button kind="main" type="submit">{t("connect")}</Button>
      </form>
    </Frame>
  );
}
