/** outbox: sends text messages and e-mails, and copies appointments to Google Calendar. */
export { acceptWake as handle } from "../../shared/queue/accept_wake.ts";
