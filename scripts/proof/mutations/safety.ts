/** Holes made on purpose: between clinics, for bad input, and for what is told of people. */
import type { Mutation } from "./mutation.ts";

const migration = (name: string) => `supabase/migrations/${name}.sql`;
const calls = migration("20261121001100_tool_calls");
const organizations = "scripts/tests/organizations_http_test.ts";
const input = "scripts/tests/bad_input_test.ts";
const personal = "scripts/tests/personal_data_test.ts";

export const SAFETY: readonly Mutation[] = [
  {
    what: "codes and phone numbers are written to the log",
    file: "shared/log.ts",
    from: "...redact(fields)",
    to: "...fields",
    test: "shared/log_test.ts",
  },
  {
    what: "the exclusion constraint is dropped: two appointments may have one slot",
    file: migration("20261121001010_appointments"),
    from:
      "exclude using gist (calendar_id with =, busy with &&)\n    where (state in ('held', 'confirmed'))",
    to: "check (true)",
    test: "scripts/tests/database/appointments_test.ts",
  },
  {
    what: "another clinic's code is taken",
    file: migration("20261121001200_verification_codes"),
    from: "and code.org_id = p_org_id and code.created_at",
    to: "and code.created_at",
    test: organizations,
  },
  {
    what: "another call's hold is booked",
    file: migration("20261121001050_booking"),
    from: "and (hold.session_id is null or hold.session_id = private.session_of(p_call))",
    to: "",
    test: "functions/calendar-reserve/calendar-reserve_test.ts",
    filter: "a hold keeps other calls away",
  },
  {
    what: "another clinic's appointment is confirmed once more",
    file: migration("20261121001240_tool_messages"),
    from: "and booked.org_id = p_org_id and booked.state",
    to: "and booked.state",
    test: organizations,
  },
  {
    what: "another clinic's appointment is cancelled",
    file: migration("20261121001250_own_appointments"),
    from: "where org_id = p_org_id and session_id = private.session_of(p_call)))",
    to: "where session_id = private.session_of(p_call)))",
    test: organizations,
  },
  {
    what: "another clinic's patient is texted",
    file: migration("20261121002010_sms_rules"),
    from: "select from public.contacts where org_id = p_org_id and phone = p_phone)",
    to: "select from public.contacts where phone = p_phone)",
    test: "scripts/tests/sms_test.ts",
    filter: "no message goes to a number without relation",
  },
  {
    what: "an event changes another clinic's call",
    file: migration("20261121001500_calls"),
    from: "where call.org_id = excluded.org_id",
    to: "where true",
    test: organizations,
  },
  {
    what: "another call under the same id gets the first one's answer",
    file: calls,
    from: "p_call ->> 'toolCallId', p_tool, p_args,",
    to: "p_call ->> 'toolCallId',",
    test: "scripts/tests/tool_call_ids_test.ts",
  },
  {
    what: "another clinic's agent is saved over",
    file: migration("20261121000600_save_agent"),
    from: "where id = (p_agent ->> 'agentId')::uuid and org_id = v_org_id",
    to: "where id = (p_agent ->> 'agentId')::uuid",
    test: organizations,
  },
  {
    what: "members read every clinic's patients",
    file: migration("20261121001010_appointments"),
    from:
      'create policy "members read the contacts of their organization" on public.contacts\n  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]))',
    to:
      'create policy "members read the contacts of their organization" on public.contacts\n  for select to authenticated using (true)',
    test: "scripts/tests/data_api_test.ts",
  },
  {
    what: "a signature is good for ever",
    file: "shared/vapi/webhook_auth.ts",
    from: "const WINDOW_MS = 5 * 60_000;",
    to: "const WINDOW_MS = Infinity;",
    test: "scripts/tests/tokens_test.ts",
  },
  {
    what: "a clinic may ask for as much as it likes",
    file: migration("20261121000250_rate_limits"),
    from: "perform private.raise_error('VT009'",
    to: "perform ('VT009'",
    test: "scripts/tests/rate_limits_test.ts",
  },
  {
    what: "text that can't be stored reaches the database",
    file: "functions/agent-save/body.ts",
    from: 'z.string().refine(isStorable, "contains NUL or half a surrogate pair")',
    to: "z.string()",
    test: input,
    filter: "agent-save",
  },
  {
    what: "arguments that can't be stored reach the database",
    file: "shared/vapi/messages.ts",
    from: "if (!isStorableValue(given))",
    to: "if (false)",
    test: input,
    filter: "book-clinic-appointment",
  },
  {
    what: "a body may be of any size",
    file: "shared/http/bodies.ts",
    from: "if (size > maxBytes)",
    to: "if (false)",
    test: input,
    filter: "a body beyond the limit",
  },
  {
    what: "every call of a message is carried out",
    file: "shared/tools/answer_calls.ts",
    from: "const MAX_CALLS_PER_MESSAGE = 32;",
    to: "const MAX_CALLS_PER_MESSAGE = 3200;",
    test: input,
    filter: "a thousand calls",
  },
  {
    what: "an answer names every problem of a hundred thousand",
    file: "shared/http/bodies.ts",
    from: "problems.slice(0, MAX_PROBLEMS)",
    to: "problems.slice(0)",
    test: input,
    filter: "agent-save",
  },
  {
    what: "a code's text stays when it was sent",
    file: migration("20261121002030_sms_sending"),
    from: "    body            = case when kind = 'code' then null else body end,\n",
    to: "",
    test: personal,
  },
  {
    what: "an e-mail that was given up keeps its text",
    file: migration("20261121000450_job_triggers"),
    from: "update public.emails set status = 'failed', reason = 'gave_up', ended_at = now()",
    to: "update public.emails set reason = 'gave_up'",
    test: "scripts/tests/email_test.ts",
    filter: "old e-mails",
  },
  {
    what: "codes are stored as they are",
    file: migration("20261121001200_verification_codes"),
    from: "(p_code).hash, v_expires)",
    to: "(p_code).digits, v_expires)",
    test: personal,
  },
  {
    what: "a code that nobody gets takes the place of the one that was sent",
    file: migration("20261121001200_verification_codes"),
    from: "if v_sent ->> 'status' <> 'queued' then",
    to: "if false then",
    test: "functions/appointment-cancel/appointment-cancel_test.ts",
    filter: "a number that gets no more codes",
  },
  {
    what: "what was asked is kept with the answer",
    file: calls,
    from: "answer  = v_answer,",
    to: "answer  = v_answer || p_args,",
    test: personal,
  },
  {
    what: "a body that is no JSON is quoted in the log",
    file: "shared/json.ts",
    from: 'throw new SyntaxError("The text is not valid JSON");',
    to: "JSON.parse(text);\n    throw new SyntaxError();",
    test: personal,
  },
];
