import type { ComponentChildren, VNode } from "preact";
import { dateTimeOf, sinceOf } from "../clock.ts";
import { t } from "../i18n.ts";
import type { Sent } from "./stack_api.ts";

/** Texts, mails and events as the doubles received them. */
export function SentLists({ sent, timezone }: { sent: Sent; timezone: string }): VNode {
  return (
    <>
      <List title={t("texts")}>
        {sent.texts.map(({ id, to, body, status, at }) => (
          <li key={id}>
            <p class="faint">{to} · {sinceOf(at)} · {status}</p>
            <p class="value">{body}</p>
          </li>
        ))}
      </List>
      <List title={t("events")}>
        {sent.events.map(({ id, summary, starts }) => (
          <li key={id}>
            <p>{summary}</p>
            <p class="faint">{dateTimeOf(starts, timezone)}</p>
          </li>
        ))}
      </List>
      <List title={t("mails")}>
        {sent.mails.map(({ id, to, subject, text }) => (
          <li key={id}>
            <p class="faint">{to}</p>
            <details>
              <summary>{subject}</summary>
              <p class="value">{text}</p>
            </details>
          </li>
        ))}
      </List>
    </>
  );
}

function List({ title, children }: { title: string; children: ComponentChildren[] }): VNode {
  return (
    <section>
      <h2>
        {title} <span class="faint number">{children.length}</span>
      </h2>
      {children.length === 0
        ? <p class="hint">{t("nothingSent")}</p>
        : <ul class="sent">{children}</ul>}
    </section>
  );
}
