/** Where the database once answered wrongly or slowly: each rule that fixes it is removed. */
import { migration, type Mutation } from "./mutation.ts";

const test = (name: string) => `scripts/tests/${name}_test.ts`;
const checks = migration("20261121001032_slot_checks");
const localTime = migration("20261121001020_local_time");
const names = migration("20261121001035_names");
const booking = migration("20261121001050_booking");
const changing = migration("20261121001065_changing_visits");
const links = migration("20261121000520_tool_links");
const own = migration("20261121001250_own_appointments");
const displaced = migration("20261121002210_displaced_visits");

export const DATABASE: readonly Mutation[] = [
  {
    what: "database: what is held is checked again against what has changed since",
    file: checks,
    from: "if v_held is not null then",
    to: "if false then",
    test: test("hold_terms"),
    filter: "a held slot is booked",
  },
  {
    what: "database: what was held is checked against what is offered since",
    file: booking,
    from: "and private.names_hold(p_args, hold)",
    to: "and false",
    test: test("hold_terms"),
    filter: "what was held is booked as",
  },
  {
    what: "database: names under three letters are dropped",
    file: names,
    from: "where word <> '' order by position);",
    to: "where length(word) > 2 order by position);",
    test: test("names"),
  },
  {
    what: "database: titles are a part of the name",
    file: names,
    from: "return case when v_telling = '{}' then v_words else v_telling end;",
    to: "return v_words;",
    test: test("names"),
  },
  {
    what: "database: a name is another one with an accent",
    file: names,
    from: "return extensions.unaccent('extensions.unaccent', regexp_replace(",
    to: "return (regexp_replace(",
    test: test("names"),
  },
  {
    what: "database: a name is another one with an umlaut written out",
    file: names,
    from: "return regexp_replace(p_text, '([aou])e(?=[[:alpha:]])', '\\1', 'g');",
    to: "return p_text;",
    test: test("names"),
  },
  {
    what: "database: words that a transcript splits are different words",
    file: names,
    from:
      "select p_words[i] || p_words[i + 1] from generate_series(1, cardinality(p_words) - 1) i);",
    to: "select p_words[1] where false);",
    test: test("names"),
  },
  {
    what: "database: half of a name's trigrams are the name",
    file: names,
    from: "> 0.52)::integer",
    to: "> 0.49)::integer",
    test: test("names"),
  },
  {
    what: "database: of two near names the first is meant",
    file: names,
    from: "return coalesce(v_found, '{}');",
    to: "return coalesce(v_found[:1], '{}');",
    test: test("names"),
  },
  {
    what: "database: an edge within the hour that is skipped is no moment",
    file: localTime,
    from: "if v_guess is not null then",
    to: "if true then",
    test: test("clock_changes"),
    filter: "a closure or an opening",
  },
  {
    what: "database: an edge within the hour that is skipped is the moment before it",
    file: localTime,
    from: "where moment at time zone p_timezone >= p_local);",
    to: "where true);",
    test: test("clock_changes"),
    filter: "a period holds",
  },
  {
    what: "database: of a time that comes twice the second is meant",
    file: localTime,
    from: "if (v_earlier at time zone p_timezone) = p_local then",
    to: "if false then",
    test: test("local_time"),
  },
  {
    what: "database: a visit stays with a provider who has left",
    file: changing,
    from:
      "case when v_was.active and private.offers(v_was.id, v_request.service_id) then v_was.id end",
    to: "v_was.id",
    test: test("who_left"),
    filter: "a visit with a provider",
  },
  {
    what: "database: nobody says that a provider has left",
    file: changing,
    from: "and not (was.active and private.offers(was.id, service.id)));",
    to: "and false);",
    test: test("who_left"),
  },
  {
    what: "database: a request for a code locks the previous code after the texts to its number",
    file: migration("20261121001200_verification_codes"),
    from: "  insert into public.verification_codes\n    (id, org_id,",
    to:
      "  update public.verification_codes set expires_at = now() where contact_id = p_contact_id and used_at is null;\n  insert into public.verification_codes\n    (id, org_id,",
    test: test("lock_order"),
    filter: "to ask for a code",
  },
  {
    what: "database: a patient is erased while calls of the clinic are running",
    file: migration("20261121005100_erasure"),
    from: "  perform private.lock_org(p_org_id, 'calls', p_alone => true);\n",
    to: "",
    test: test("lock_order"),
    filter: "to erase a number",
  },
  {
    what: "database: cleanup waits for transactions that are working on a hold",
    file: migration("20261121001010_appointments"),
    from: "for no key update skip locked\n  )\n  update public.appointments hold",
    to: "for no key update\n  )\n  update public.appointments hold",
    test: test("lock_order"),
    filter: "tidying up",
  },
  {
    what: "database: all bookings of a clinic wait for one another",
    file: booking,
    from: "perform private.lock_org(p_request.org_id, 'bookings', p_alone => false);",
    to: "perform private.lock_org(p_request.org_id, 'bookings', p_alone => true);",
    test: test("lock_order"),
    filter: "two who book other hours",
  },
  {
    what: "database: a call that ended in a deadlock is not repeated",
    file: "shared/db.ts",
    from: 'new Set(["40001", "40P01"])',
    to: "new Set([])",
    test: "shared/db_test.ts",
  },
  {
    what: "database: switching a tool locks what workers need until the commit",
    file: links,
    from: "  deferrable initially deferred\n",
    to: "  deferrable initially immediate\n",
    test: test("switch_tools"),
    filter: "a transaction that has switched",
  },
  {
    what: "database: a sync waits for a transaction that switches a tool",
    file: migration("20261121000620_agent_sync"),
    from: "order by id for no key update skip locked",
    to: "order by id for no key update",
    test: test("switch_tools"),
    filter: "what a sync has to write",
  },
  {
    what: "database: nobody is notified of a closure over booked visits",
    file: displaced,
    from: "create trigger notify_of_added_closures after insert on public.closures\n",
    to: "create trigger notify_of_added_closures after delete on public.closures\n",
    test: "scripts/tests/people/displaced_visits_test.ts",
    filter: "a closure over booked visits",
  },
  {
    what: "database: the last booking renames the owner of the number",
    file: booking,
    from: "name  = coalesce(known.name, excluded.name),",
    to: "name  = coalesce(excluded.name, known.name),",
    test: test("families"),
    filter: "a contact has several patients",
  },
  {
    what: "database: a family is told apart by name before the caller is proven",
    file: own,
    from:
      "case when own.contact_id in (select private.own_contacts(own.org_id, p_call, p_proved_contact)) then own.patient_name end as patient_name",
    to: "own.patient_name",
    test: test("families"),
  },
  {
    what: "database: no advisor finds a policy that looks at every row",
    file: "scripts/check/advisors/policy_scans_by_set.sql",
    from: "~* '\\mIN",
    to: "~* '\\mAMONG",
    test: "scripts/check/advise_test.ts",
  },
  {
    what: "database: a caller's visits are searched among all visits",
    file: own,
    from:
      "where org_id = p_org_id and contact_id = any (array(select private.own_contacts(p_org_id, p_call, p_proved_contact)))",
    to:
      "where org_id = p_org_id and contact_id in (select id from public.contacts where id::text in (select own::text from private.own_contacts(p_org_id, p_call, p_proved_contact) own))",
    test: test("volume"),
    filter: "no statement",
  },
  {
    what: "database: every agent's sync is requested in one statement",
    file: links,
    from: "case when p_org_id is null then 5000 end",
    to: "null",
    test: "scripts/tests/database/batches_test.ts",
    filter: "relink_agents",
  },
];
