import { catalogue } from "../../../shared/tools/catalogue.ts";
import { weekdayAhead } from "../../local/weekday_ahead.ts";
import { phoneOf } from "../caller.ts";
import type { Clinic } from "../platform.ts";
import { askAsStaff } from "../staff.ts";
import { bookingClinic } from "./book.ts";
import type { Scenario } from "./crash_everywhere.ts";

interface Morning {
  clinic: Clinic;
  agentId: string;
  visitId: string;
  phone: string;
  colleague: string;
}

let mornings = 0;

/**
 * An owner invites somebody without an account, cancels a visit, and pauses, resumes and deletes an agent, each with its mail, its text and
 * event, and its assistant.
 */
export const ownersMorning: Scenario<Morning> = {
  name:
    "an invitation, a visit that the staff cancel, and an agent that is paused, resumed and deleted",
  async prepare(platform) {
    const clinic = await bookingClinic(platform);
    const n = mornings++;
    // Each morning is another day: a day allows only fifty invitations, and what is requested again and again counts as a save.
    await platform.stack
      .sql`update rate_limits set saves_per_minute = 1000 where org_id = ${clinic.id}`;
    await platform.stack.sql`delete from invitations`;
    await platform.stack.sql`delete from private.daily_counts where what = 'invitations'`;
    const phone = phoneOf(3000 + n);
    const name = `Agent ${n}`;
    const agentId = await platform.save(clinic, { name, systemPrompt: "You answer the phone." });
    for (const tool of catalogue) platform.ledger.doWithout(agentId, tool.name);
    const { appointmentId } = await askAsStaff(platform, clinic, "book_appointment", {
      p_org_id: clinic.id,
      p_patient_name: "Staff's Patient",
      p_patient_phone: phone,
      p_date: weekdayAhead(8, n),
      p_time: "15:00",
    });
    await platform.quiet();
    await platform.stack.functions.restart();
    const colleague = `colleague${n}@example.com`;
    return { clinic, agentId, visitId: String(appointmentId), phone, colleague };
  },
  async act(platform, { clinic, agentId, visitId, colleague }) {
    await askAsStaff(platform, clinic, "invite_member", {
      p_org_id: clinic.id,
      p_email: colleague,
    });
    await askAsStaff(platform, clinic, "cancel_appointment", { p_appointment_id: visitId });
    for (const act of ["pause_agent", "resume_agent", "delete_agent"]) {
      await askAsStaff(platform, clinic, act, { p_agent_id: agentId });
      await platform.quiet();
    }
  },
  async check({ stack }, { agentId, visitId, phone, colleague }) {
    const { twilio, resend } = stack.integrations;
    const [left] = await stack.sql<{ agents: number; events: number; accounts: number }[]>`
      select (select count(*)::integer from agents where id = ${agentId}) as agents,
        (select count(*)::integer from calendar_events where appointment_id = ${visitId} and written is not null) as events,
        (select 1 - count(*)::integer from auth.users where email = ${colleague}) as accounts`;
    const off = twilio.textsTo(phone).filter(({ body }) => /has been cancelled/.test(body));
    const counts = {
      ...left,
      "invitations mailed": resend.emailsTo(colleague).length - 1,
      "cancellations told": off.length - 1,
    };
    return Object.entries(counts).filter(([, count]) => count !== 0)
      .map(([what, count]) => `${what}: ${count} too many`);
  },
};
