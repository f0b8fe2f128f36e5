/** A copy of a call's clinic, as it was when the call began: what is done in it does not affect the clinic itself. */

import type { Sql } from "postgres";
import { z } from "zod";
import { configuration } from "../vapi/calls/surroundings.ts";
import type { VapiDouble } from "../vapi/mod.ts";
import type { PlayedCall } from "./played_calls.ts";

/** Ids of the copy are derived from those of the original. */
const COPY = `
  create function pg_temp.copied(id uuid) returns uuid language sql immutable return md5(id::text || '$copy')::uuid;

  insert into organizations (id, name, timezone, country, phone)
    select '$copy', name, timezone, country, phone from organizations where id = '$original';
  delete from business_hours where org_id = '$copy';
  delete from services where org_id = '$copy';
  delete from calendars where org_id = '$copy';
  delete from booking_policies where org_id = '$copy';
  delete from sms_policies where org_id = '$copy';

  insert into booking_policies
    select (jsonb_populate_record(policy, '{"org_id": "$copy"}')).* from booking_policies policy where org_id = '$original';
  insert into sms_policies
    select (jsonb_populate_record(policy, '{"org_id": "$copy"}')).* from sms_policies policy where org_id = '$original';
  insert into services
    select (jsonb_populate_record(service, jsonb_build_object('org_id', '$copy', 'id', pg_temp.copied(id)))).*
    from services service where org_id = '$original';
  insert into calendars
    select (jsonb_populate_record(calendar, jsonb_build_object('org_id', '$copy', 'id', pg_temp.copied(id), 'google_calendar_id', null))).*
    from calendars calendar where org_id = '$original';
  insert into business_hours
    select (jsonb_populate_record(hours, jsonb_build_object(
      'org_id', '$copy', 'id', pg_temp.copied(id), 'calendar_id', pg_temp.copied(calendar_id)))).*
    from business_hours hours where org_id = '$original';
  insert into closures
    select (jsonb_populate_record(closure, jsonb_build_object(
      'org_id', '$copy', 'id', pg_temp.copied(id), 'calendar_id', pg_temp.copied(calendar_id)))).*
    from closures closure where org_id = '$original';

  insert into contacts
    select (jsonb_populate_record(contact, jsonb_build_object('org_id', '$copy', 'id', pg_temp.copied(id)))).*
    from contacts contact where org_id = '$original' and created_at < '$before';
  insert into patients
    select (jsonb_populate_record(patient, jsonb_build_object(
      'org_id', '$copy', 'id', pg_temp.copied(id), 'contact_id', pg_temp.copied(contact_id)))).*
    from patients patient where org_id = '$original' and created_at < '$before';
  -- What was cancelled since was a visit then.
  insert into appointments (
    id, org_id, calendar_id, service_id, contact_id, patient_id, state, starts_at, ends_at, busy, patient_name, confirmed_at)
    select pg_temp.copied(id), '$copy', pg_temp.copied(calendar_id), pg_temp.copied(service_id), pg_temp.copied(contact_id),
      pg_temp.copied(patient_id), 'confirmed', starts_at, ends_at, busy, patient_name, coalesce(confirmed_at, created_at)
    from appointments
    where org_id = '$original' and confirmed_at < '$before' and (state = 'confirmed' or cancelled_at >= '$before');

  insert into agents (org_id, assistant_id, role, name, system_prompt, language, tools)
    select '$copy', '$assistant', role, name, system_prompt, language, tools from agents where assistant_id = '$from';
  drop function pg_temp.copied;
`;

const uuid = z.uuid();

/** The id of the copy's assistant, which is as the call's is now. */
export async function copyClinic(
  { sql, vapi }: { sql: Sql; vapi: VapiDouble },
  { assistantId, startedAt }: PlayedCall,
): Promise<string> {
  const assistant = vapi.state.assistants.get(assistantId);
  const [agent] = await sql<{ org_id: string }[]>`
    select org_id from public.agents where assistant_id = ${assistantId}`;
  if (assistant === undefined || agent === undefined) {
    throw new Error(`The call's assistant ${assistantId} is gone`);
  }
  const copy = crypto.randomUUID();
  const { id } = vapi.dashboard.createAssistant({
    ...configuration(assistant),
    metadata: { ...assistant.metadata, org_id: copy },
  });
  // Several statements in one query cannot have parameters; all of these values are ids or times.
  const statements = COPY.replaceAll("$copy", copy)
    .replaceAll("$original", uuid.parse(agent.org_id))
    .replaceAll("$before", startedAt.toISOString())
    .replaceAll("$assistant", uuid.parse(id))
    .replaceAll("$from", uuid.parse(assistantId));
  await sql.begin((transaction) => transaction.unsafe(statements));
  return id;
}
