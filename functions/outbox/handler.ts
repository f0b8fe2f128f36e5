/** outbox: sends text messages and e-mails, and copies appointments to Google Calendar. */
export { acceptWake as handle } from "../../shared/worker/accept_wake.ts";
