/** A clinic's limits on its days, and what waiting people and staff may do: rules removed one by one. */
import { migration, type Mutation } from "./mutation.ts";

const fullDays = migration("20261121001031_full_days");
const reminders = migration("20261121002230_reminders");
const membership = migration("20261121002120_membership");
const offers = "scripts/tests/offers_test.ts";
const waiting = "scripts/tests/people/waitlist_test.ts";
const reminded = "scripts/tests/people/reminders_test.ts";
const members = "scripts/tests/people/membership_test.ts";

export const PEOPLE: readonly Mutation[] = [
  {
    what: "people: a day takes more visits than the clinic wants",
    file: fullDays,
    from:
      "having sum(visits) >= (select max_per_day from public.booking_policies where org_id = p_request.org_id)\n        or sum",
    to: "having sum",
    test: offers,
    filter: "a full day is refused",
  },
  {
    what: "people: a day takes more visits than a provider wants",
    file: fullDays,
    from: "and visit.visits >= calendar.max_per_day",
    to: "and false",
    test: offers,
    filter: "a full day is refused",
  },
  {
    what: "people: a day takes more visits than there may be for a service",
    file: fullDays,
    from:
      "\n        or sum(of_service) >= (select max_per_day from public.services where id = p_request.service_id)",
    to: "",
    test: offers,
    filter: "a full day is refused",
  },
  {
    what: "people: each calendar gives away the last places of a day at the same moment",
    file: migration("20261121001050_booking"),
    from: "if private.has_limit(p_request) then",
    to: "if false then",
    test: offers,
    filter: "of callers who want the last places",
  },
  {
    what: "people: a provider is booked for what they don't do",
    file: migration("20261121001030_slots"),
    from: "        and (not v_is_for_some or own.service_id is not null or for_tests)\n",
    to: "",
    test: offers,
    filter: "a provider is booked for what they do",
  },
  {
    what: "people: what is held for one service is a way to any other",
    file: migration("20261121001032_slot_checks"),
    from: "and (hold.service_id = p_request.service_id\n",
    to: "and (true\n",
    test: "scripts/tests/hold_terms_test.ts",
    filter: "no way to another",
  },
  {
    what: "people: a person who wants no texts is offered a slot, and then nobody else",
    file: migration("20261121002245_waitlist_offers"),
    from: "exit when v_sent ->> 'status' <> 'blocked';",
    to: "exit;",
    test: waiting,
    filter: "nobody is offered what they don't want",
  },
  {
    what: "people: after a no nobody else is asked",
    file: migration("20261121002250_waitlist_answers"),
    from: "  if found then\n    perform private.ask_waitlist",
    to: "  if false then\n    perform private.ask_waitlist",
    test: waiting,
    filter: "a no asks the next",
  },
  {
    what: "people: a yes to a slot that is gone is taken for a booking",
    file: migration("20261121002250_waitlist_answers"),
    from: "elsif v_entry.state is distinct from 'waiting' or v_calendar is null then",
    to: "elsif v_entry.state is distinct from 'waiting' then",
    test: waiting,
    filter: "who says yes to a slot that was booked",
  },
  {
    what: "people: X cancels where the clinic takes no number for proof",
    file: reminders,
    from: "    or not (select caller_number_suffices",
    to: "    or false and not (select caller_number_suffices",
    test: reminded,
    filter: "X cancels nothing",
  },
  {
    what: "people: X cancels one of several visits",
    file: reminders,
    from: "elsif cardinality(v_visits) > 1\n",
    to: "elsif false\n",
    test: reminded,
    filter: "of several visits X",
  },
  {
    what: "people: a person invited by a demoted owner becomes an owner",
    file: membership,
    from: "and (p_role = 'member' or p_role = 'admin' and role = 'owner');",
    to: "and false;",
    test: members,
    filter: "is worth no more",
  },
  {
    what: "people: one address is mailed invitations without end",
    file: migration("20261121002110_invitations"),
    from: "if v_mail is not null then",
    to: "if false then",
    test: members,
    filter: "flooded with invitations",
  },
  {
    what: "people: a user who deletes a clinic may found another one, again and again",
    file: membership,
    from: "count_for_day('organizations', auth.uid()::text,",
    to: "count_for_day('organizations', gen_random_uuid()::text,",
    test: members,
    filter: "who founds clinics",
  },
  {
    what: "people: a clinic's name is sent as a link",
    file: migration("20261121002020_sms_queue"),
    from: "  v_text.body := private.without_links(p_org, v_text.body);\n",
    to: "",
    test: "scripts/tests/sms_test.ts",
    filter: "by a link",
  },
];
