import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { answerOf } from "../../client/client.ts";
import { dateTimeOf } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import type { Organization } from "../organization.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notice.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { RecordForm } from "./record_form.tsx";
import { roles } from "./roles.ts";

/** People who were asked to join and have not answered, and a form to invite somebody. */
export function Invitations({ organization }: { organization: Organization }): VNode {
  const { id, isOwner, timezone } = organization;
  const open = useLoad(`invitations of ${id}`, () =>
    answerOf(
      client.value.from("invitations").select("id, email, role, expires_at").eq("org_id", id)
        .is("accepted_at", null).is("revoked_at", null).gt("expires_at", new Date().toISOString())
        .order("created_at", { ascending: false }),
    ));
  const [isInviting, setInviting] = useState(false);
  const offered = roles.filter((role) => isOwner || role !== "owner");
  return (
    <section>
      <div class="row plain">
        <h2>{t("openInvitations")}</h2>
        <Button onPress={() => setInviting(true)}>{t("invite")}</Button>
      </div>
      {open.error !== undefined && <Failure error={open.error} onRetry={open.reload} />}
      {open.value?.length === 0 && <p class="hint">{t("none")}</p>}
      <ul class="sent">
        {open.value?.map(({ id: invitationId, email, role, expires_at }) => (
          <li class="row plain" key={invitationId}>
            <span class="value">{email} · {tWord("role", role)}</span>
            <span class="faint">{t("expires")} {dateTimeOf(expires_at, timezone)}</span>
            <Button
              kind="quiet"
              label={`${t("revoke")}: ${email}`}
              onPress={() =>
                attempt(() =>
                  call(client.value, "revoke_invitation", { p_invitation_id: invitationId })
                )
                  .finally(open.reload)}
            >
              {t("revoke")}
            </Button>
          </li>
        ))}
      </ul>
      {isInviting && (
        <Dialog title={t("inviteTitle")} onClose={() => setInviting(false)}>
          <RecordForm
            fields={[
              { name: "p_email", label: t("email"), kind: "email" },
              {
                name: "p_role",
                label: t("role"),
                hint: t("roleHint"),
                kind: "choice",
                options: offered.map((role) => [role, tWord("role", role)]),
              },
            ]}
            values={{ p_email: "", p_role: "member" }}
            onCancel={() => setInviting(false)}
            onSave={async ({ p_email, p_role }) => {
              const { email } = await call(client.value, "invite_member", {
                p_org_id: id,
                p_email: String(p_email),
                p_role: String(p_role),
              });
              setInviting(false);
              say(t("invited", { email }));
              await open.reload();
            }}
          />
        </Dialog>
      )}
    </section>
  );
}
