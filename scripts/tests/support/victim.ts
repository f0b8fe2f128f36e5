/** A clinic with everything that another one might try to reach, and whose every row is watched. */
import assert from "node:assert/strict";
import type { Clinic, Clinics } from "./clinic.ts";
import { readRelations } from "./access/catalog.ts";
import { ownerColumn } from "./access/sample_rows.ts";
import type { Org, World } from "./world.ts";

/** Their patient's data. No word of it occurs anywhere by chance, and tests send it only as this clinic. */
export const THEIRS = {
  patientName: "Zephyrine Quillfeather",
  patientPhone: "+15557391846",
  patientEmail: "zq@quillfeather.example.com",
  notes: "Xylophonist with vertigo",
};
export const SECRET_WORDS = /zephyrine|quillfeather|xylophonist|vertigo|their clinic|their prompt/i;

/** A clinic with everything that another one might try to reach. */
export interface Victim {
  readonly clinic: Clinic;
  readonly org: Org;
  readonly assistantId: string;
  readonly agentId: string;
  readonly phoneNumberId: string;
  readonly callId: string;
  readonly appointmentId: string;
  readonly holdId: string;
  readonly reservationId: string;
  readonly code: string;
  /** The answer to their call `theirs`. */
  readonly answer: string;
  /** The answer when it is delivered again. */
  answerAgain(): Promise<string>;
  /** Everything that it owns. */
  belongings(): Promise<Map<string, string>>;
}

/** Opens it. Text messages must not be sent meanwhile: its data must not change by itself. */
export async function victim(world: Clinics, people: World): Promise<Victim> {
  const { sql } = world.stack;
  const clinic = await world.open({ name: "Their Clinic" });
  const org = { ...await people.org({ name: "Nobody's" }), id: clinic.id };
  await sql`insert into members (org_id, user_id, role) values (${clinic.id}, ${org.userId}, 'owner')`;
  const assistantId = crypto.randomUUID();
  const [agent] = await sql`
    insert into agents (org_id, name, role, system_prompt, assistant_id)
    values (${clinic.id}, 'Their clinic''s desk', 'inbound', 'Their prompt', ${assistantId}) returning id`;
  const phoneNumberId = `number-${clinic.id}`;
  await sql`
    insert into phone_numbers (org_id, vapi_phone_number_id) values (${clinic.id}, ${phoneNumberId})`;

  const callId = crypto.randomUUID();
  const call = { callId, number: THEIRS.patientPhone, assistantId };
  const at = (time: string) => ({ appointmentDate: clinic.day(), appointmentTime: time });
  const book = () =>
    clinic.call("bookClinicAppointment", { ...THEIRS, ...at("09:00") }, {
      ...call,
      toolCallId: "theirs",
    });
  const booked = await book();
  const held = await clinic.call("reserveSlot", { date: clinic.day(), time: "10:00" }, call);
  const reserved = await clinic.call("reserveAppointment", { ...THEIRS, ...at("11:00") }, call);
  for (const { text, result } of [booked, held, reserved]) assert.equal(result.success, true, text);
  await sql`
    insert into calls (org_id, vapi_call_id, status) values (${clinic.id}, ${callId}, 'in-progress')`;

  const owned = (await readRelations(sql)).filter(({ isView, ...table }) =>
    !isView && ownerColumn({ isView, ...table }) !== undefined
  );
  return {
    clinic,
    org,
    assistantId,
    agentId: String(agent?.id),
    phoneNumberId,
    callId,
    appointmentId: String(booked.result.appointmentId),
    holdId: String(held.result.holdId),
    reservationId: String(reserved.result.holdId),
    code: await clinic.latestCode(),
    answer: booked.text,
    answerAgain: async () => (await book()).text,
    belongings: async () => {
      const rows = await Promise.all(owned.map(async (table): Promise<[string, string]> => {
        const [row] = await sql.unsafe<{ rows: string }[]>(
          `select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text)::text as rows
           from public."${table.name}" t where "${ownerColumn(table)}" = '${clinic.id}'`,
        );
        return [table.name, row?.rows ?? ""];
      }));
      return new Map(rows);
    },
  };
}
