import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import { t, tWord } from "../i18n.ts";
import { useLoad } from "../load.ts";
import { client, person } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/notice.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { attempt } from "../ui/toast.tsx";
import { Invitations } from "./invitations.tsx";
import { roles } from "./roles.ts";
import type { TabProps } from "./tab.ts";

/** Who belongs to the clinic, and who is invited. Only owners give roles. */
export function MembersTab({ organization }: TabProps): VNode {
  const { id, isOwner, isAdmin } = organization;
  const members = useLoad(
    `members ${id}`,
    () => call(client.value, "organization_members", { p_org_id: id }),
  );
  const [removed, setRemoved] = useState<{ id: string; name: string }>();
  const change = (userId: string, role: string) =>
    attempt(() =>
      call(client.value, "change_member_role", { p_org_id: id, p_user_id: userId, p_role: role })
    ).finally(members.reload);
  const remove = async (userId: string) => {
    await attempt(() => call(client.value, "remove_member", { p_org_id: id, p_user_id: userId }));
    setRemoved(undefined);
    await members.reload();
  };

  if (members.value === undefined) {
    return members.isLoading
      ? <Skeleton />
      : <Failure error={members.error} onRetry={members.reload} />;
  }
  return (
    <>
      <section>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("email")}</th>
              <th scope="col">{t("role")}</th>
              <th scope="col">
                <span class="unseen">{t("removeMember")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.value.map(({ user_id, email, role }) => (
              <tr key={user_id}>
                <td class="value">{email}</td>
                <td>
                  {isOwner
                    ? (
                      <select
                        aria-label={`${t("role")}: ${email}`}
                        value={role}
                        onChange={(event) => change(user_id, event.currentTarget.value)}
                      >
                        {roles.map((each) => (
                          <option key={each} value={each}>{tWord("role", each)}</option>
                        ))}
                      </select>
                    )
                    : tWord("role", role)}
                </td>
                <td>
                  {(isOwner || user_id === person.value?.id) && (
                    <Button
                      kind="quiet"
                      onPress={() => setRemoved({ id: user_id, name: email })}
                    >
                      {t(user_id === person.value?.id ? "leave" : "removeMember")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="hint">{t("roleHint")}</p>
      </section>
      {isAdmin && <Invitations organization={organization} />}
      {removed && (
        <Dialog
          title={t("removeMemberX", { name: removed.name })}
          onClose={() => setRemoved(undefined)}
        >
          <div class="actions">
            <Button onPress={() => setRemoved(undefined)}>{t("cancel")}</Button>
            <Button kind="danger" onPress={() => remove(removed.id)}>{t("removeMember")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
