import type { VNode } from "preact";
import { call } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { attempt } from "../ui/toast.tsx";
import { CreateClinic } from "./create_clinic.tsx";

/** For people who belong to no clinic yet, or found another: invitations, and a form. */
export function FirstSteps({ onJoined }: { onJoined: (orgId: string) => void }): VNode {
  const invitations = useLoad("invitations", () => call(client.value, "my_invitations"));
  const accept = (invitationId: string) =>
    attempt(async () => {
      const { orgId } = await call(client.value, "accept_invitation", {
        p_invitation_id: invitationId,
      });
      onJoined(orgId);
    });
  return (
    <Page title={t("createTitle")} lead={t("createWhy")}>
      <div class="narrow">
        {(invitations.value ?? []).filter(({ org_id }) => org_id).map((invitation) => (
          <div class="row" key={invitation.invitation_id}>
            <p>
              {t("invitedAs", {
                organization: invitation.organization,
                role: tWord("role", invitation.role),
              })}
            </p>
            <Button
              kind="main"
              onPress={() =>
                accept(invitation.invitation_id)}
            >
              {t("accept")}
            </Button>
          </div>
        ))}
        <CreateClinic onCreated={onJoined} />
      </div>
    </Page>
  );
}
