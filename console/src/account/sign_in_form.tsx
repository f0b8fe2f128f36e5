import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../client/api_error.ts";
import { t } from "../i18n.ts";
import { mailLink, signIn } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Notice, reasonOf } from "../ui/notice.tsx";

/** By password, or by a link in a mail. */
export function SignInForm({ email: known = "" }: { email?: string }): VNode {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ text: string; isWrong: boolean }>();

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setSaid(undefined);
    try {
      await work();
    } catch (error) {
      const isRefused = error instanceof ApiError && error.code === "invalid_credentials";
      const text = isRefused ? t("wrongPassword") : t("signInFailed", { reason: reasonOf(error) });
      setSaid({ text, isWrong: true });
    } finally {
      setBusy(false);
    }
  };
  const mail = async () => {
    if (email === "") return setSaid({ text: t("mailFirst"), isWrong: true });
    await attempt(async () => {
      await mailLink(email);
      setSaid({ text: t("linkMailed", { email }), isWrong: false });
    });
  };

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(() => signIn(email, password));
      }}
    >
      <Field label={t("email")}>
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </Field>
      <Field label={t("password")}>
        <input
          type="password"
          name="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
      {said && <Notice tone={said.isWrong ? "wrong" : "plain"}>{said.text}</Notice>}
      <Button kind="main" type="submit" disabled={isBusy}>
        {t(isBusy ? "signingIn" : "signIn")}
      </Button>
      <Button kind="quiet" disabled={isBusy} onPress={mail}>{t("mailLink")}</Button>
    </form>
  );
}
