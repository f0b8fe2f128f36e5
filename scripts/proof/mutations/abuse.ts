/** Caps taken away, and proofs that prove too much: what one caller could do to a clinic and to its patients. */
import { migration, type Mutation } from "./mutation.ts";

const rules = migration("20261121002010_sms_rules");
const caps = migration("20261121001055_booking_caps");
const texts = "scripts/tests/security/texts_test.ts";
const bookings = "scripts/tests/security/bookings_test.ts";
const codes = "scripts/tests/security/codes_test.ts";
const atOnce = "scripts/tests/security/at_once_test.ts";

export const ABUSE: readonly Mutation[] = [
  {
    what: "a code waits behind every text that has been due for longer",
    file: "supabase/migrations/20261121002020_sms_queue.sql",
    from: "p_priority => case p_kind when 'code' then 0 when 'message' then 2 else 1 end::smallint",
    to: "p_priority => 0::smallint",
    test: "scripts/tests/sms_test.ts",
    filter: "a code goes before",
  },
  {
    what: "one call has as many numbers texted as it likes",
    file: rules,
    from: "when p_phone <> all (v_by_call) and",
    to: "when false and",
    test: texts,
    filter: "one call has a few numbers texted",
  },
  {
    what: "a new call of the same number starts from zero",
    file: rules,
    from: "when p_phone <> all (v_by_caller) and",
    to: "when false and",
    test: texts,
    filter: "new calls from one number",
  },
  {
    what: "a call to another clinic starts from zero",
    file: rules,
    from: "when p_phone <> all (v_anywhere)",
    to: "when false",
    test: atOnce,
    filter: "one number that calls many clinics",
  },
  {
    what: "a clinic's messages of a day have no end",
    file: rules,
    from: "      then 'clinic_limit'",
    to: "      then null",
    test: texts,
    filter: "a clinic's and the platform's messages",
  },
  {
    what:
      "clinics that ask at one moment don't see what the others take of the platform's last texts",
    file: rules,
    from: "perform pg_advisory_xact_lock(hashtextextended('sms:platform', 0));",
    to: "null;",
    test: atOnce,
    filter: "the platform's last texts",
  },
  {
    what: "every country is texted",
    file: rules,
    from: "then 'country_not_allowed'",
    to: "then null",
    test: texts,
    filter: "only the clinic's own country",
  },
  {
    what: "free text goes to anybody",
    file: rules,
    from: "when p_kind = 'message' and not private.is_own_number(p_org_id, p_call, p_phone) then",
    to: "when false then",
    test: texts,
    filter: "free text goes to the caller's own number",
  },
  {
    what: "one call holds as many slots as it likes",
    file: caps,
    from: "when v_held.of_call >= v_policy.max_holds_per_call then",
    to: "when false then",
    test: bookings,
    filter: "one call holds three slots",
  },
  {
    what: "one call books a whole day",
    file: caps,
    from: "when v_of_call.ahead + v_waiting.of_call >= v_policy.max_bookings_per_call then",
    to: "when false then",
    test: bookings,
    filter: "one call books a family's",
  },
  {
    what: "what waits for its code doesn't count as booked",
    file: caps,
    from: "when v_of_call.ahead + v_waiting.of_call >=",
    to: "when v_of_call.ahead >=",
    test: atOnce,
    filter: "reservations that wait for their codes",
  },
  {
    what: "one patient has as many appointments as anybody books",
    file: caps,
    from: "when v_known >= v_policy.max_appointments_per_patient then",
    to: "when false then",
    test: bookings,
    filter: "one patient has ten appointments",
  },
  {
    what: "a code proves the call that asked for it",
    file: migration("20261121001200_verification_codes"),
    from: "said_in = p_session where id = code.id",
    to: "said_in = code.session_id where id = code.id",
    test: codes,
    filter: "a code proves the call in which it is said",
  },
  {
    what: "guesses of all calls count together",
    file: migration("20261121001200_verification_codes"),
    from: "values (p_code_id, coalesce(p_session, ''), 1)",
    to: "values (p_code_id, '', 1)",
    test: codes,
    filter: "wrong guesses in one call",
  },
  {
    what: "all other calls may guess at a code for ever",
    file: migration("20261121001200_verification_codes"),
    from: "update public.verification_codes tried set attempts = attempts + 1",
    to: "update public.verification_codes tried set attempts = attempts",
    test: codes,
    filter: "all other calls together",
  },
  {
    what: "a tool that was switched off still runs",
    file: migration("20261121001100_tool_calls"),
    from: "where org_id = v_org_id and tool_name = p_tool and not enabled)",
    to: "where false)",
    test: "scripts/tests/security/identity_test.ts",
    filter: "a tool that was switched off",
  },
  {
    what: "an old START opts in again",
    file: migration("20261121002040_sms_inbound"),
    from: "and p_message_key is not null then",
    to: "and false then",
    test: "scripts/tests/security/replays_test.ts",
    filter: "an old START",
  },
  {
    what: "an estimated count hides behind a second header",
    file: migration("20261121000120_request_check"),
    from: "and current_query() ~* '^\\s*explain' then",
    to: "and false then",
    test: "scripts/tests/data_api_test.ts",
  },
  {
    what: "one clinic's settings alarm the platform",
    file: migration("20261121000450_job_triggers"),
    from: "private.is_own_refusal(new) and not private.are_refusals_general();",
    to: "false;",
    test: "scripts/tests/dead_job_alerts_test.ts",
  },
];
