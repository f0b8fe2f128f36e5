import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n.ts";
import { Frame } from "./frame.tsx";
import { Preferences } from "./preferences.tsx";
import { SignInForm } from "./sign_in_form.tsx";

export function SignIn(): VNode {
  const title = t("signIn");
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <Frame title={title} lead={t("tagline")}>
      <SignInForm />
      <Preferences />
    </Frame>
  );
}
