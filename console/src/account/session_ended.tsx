import type { VNode } from "preact";
import { t } from "../i18n.ts";
import { signOut } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SignInForm } from "./sign_in_form.tsx";

/** Covers the page, which keeps everything that was typed. */
export function SessionEnded({ email }: { email: string }): VNode {
  return (
    <Dialog title={t("expired")}>
      <p class="lead">{t("expiredWhy")}</p>
      <SignInForm email={email} />
      <Button kind="quiet" onPress={signOut}>{t("otherPerson")}</Button>
    </Dialog>
  );
}
