import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../client/call.ts";
import type { Visit } from "../../client/visits.ts";
import { dateTimeOf, zoneName } from "../clock.ts";
import { t, tWord } from "../i18n.ts";
import { client } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { attempt, say } from "../ui/toast.tsx";
import { MoveForm } from "./move_form.tsx";

interface Props {
  visit: Visit;
  timezone: string;
  onDone: () => Promise<void>;
  onClose: () => void;
}

/** One visit: who, when, what for, and what can be done about it now. */
export function VisitDialog({ visit, timezone, onDone, onClose }: Props): VNode {
  const [asked, setAsked] = useState<"move" | "cancel">();
  const name = visit.patient_name ?? visit.contacts?.name ?? t("someone");
  const hasBegun = Date.parse(visit.starts_at) <= Date.now();
  const isLive = visit.state === "confirmed" || visit.state === "held";

  const close = (rpc: "complete_appointment" | "mark_no_show") =>
    attempt(async () => {
      await call(client.value, rpc, { p_appointment_id: visit.id });
      await onDone();
    });
  const cancel = () =>
    attempt(async () => {
      const { success, message } = await call(client.value, "cancel_appointment", {
        p_appointment_id: visit.id,
      });
      say(message, !success);
      await onDone();
    });

  if (asked === "cancel") {
    return (
      <Dialog key="cancel" title={t("cancelVisitOf", { name })} onClose={onClose}>
        <p>{t("cancelVisitWhy")}</p>
        <div class="actions">
          <Button onPress={onClose}>{t("keepVisit")}</Button>
          <Button kind="danger" onPress={cancel}>{t("cancelVisit")}</Button>
        </div>
      </Dialog>
    );
  }
  if (asked === "move") {
    return (
      <Dialog key="move" title={t("moveVisit", { name })} onClose={onClose}>
        <MoveForm visit={visit} timezone={timezone} onDone={onDone} />
      </Dialog>
    );
  }
  return (
    <Dialog key="visit" title={name} onClose={onClose}>
      <dl class="details">
        <dt>{t("when")}</dt>
        <dd>
          {dateTimeOf(visit.starts_at, timezone)} ({zoneName(timezone, new Date(visit.starts_at))})
        </dd>
        <dt>{t("service")}</dt>
        <dd>{visit.services.name}</dd>
        <dt>{t("calendar")}</dt>
        <dd>{visit.calendars.name}</dd>
        <dt>{t("state")}</dt>
        <dd>
          <span class={`badge ${visit.state}`}>{tWord("visit", visit.state)}</span>
        </dd>
        {visit.attending_at && (
          <>
            <dt>{t("reminder")}</dt>
            <dd>{t("attending", { at: dateTimeOf(visit.attending_at, timezone) })}</dd>
          </>
        )}
        {visit.contacts && (
          <>
            <dt>{t("phone")}</dt>
            <dd>
              <a href={`tel:${visit.contacts.phone}`}>{visit.contacts.phone}</a>
            </dd>
          </>
        )}
        {visit.contacts?.email && (
          <>
            <dt>{t("email")}</dt>
            <dd>{visit.contacts.email}</dd>
          </>
        )}
        {visit.notes && (
          <>
            <dt>{t("notes")}</dt>
            <dd class="value">{visit.notes}</dd>
          </>
        )}
      </dl>
      {visit.call_id && <p class="hint">{t("bookedInCall")}</p>}
      <div class="actions">
        {visit.state === "confirmed" && !hasBegun && (
          <Button onPress={() => setAsked("move")}>{t("move")}</Button>
        )}
        {isLive && !hasBegun && (
          <Button onPress={() => setAsked("cancel")}>{t("cancelVisit")}</Button>
        )}
        {hasBegun && visit.state !== "completed" && visit.state !== "held" && (
          <Button onPress={() => close("complete_appointment")}>{t("complete")}</Button>
        )}
        {hasBegun && visit.state !== "no_show" && visit.state !== "held" && (
          <Button onPress={() => close("mark_no_show")}>{t("noShow")}</Button>
        )}
        <Button onPress={onClose}>{t("close")}</Button>
      </div>
    </Dialog>
  );
}
