/** What a model is told, broken: an obedient stand-in then ends its conversations differently. */
import type { Mutation } from "./mutation.ts";

const noticed = {
  test: "scripts/tests/conversations_test.ts",
  filter: "what every clinic's phone is about",
};

export const CONVERSATIONS: readonly Mutation[] = [
  {
    what: "conversation: the patient's phone number is no longer required",
    file: "shared/tools/fields.ts",
    from: `  ask: "the patient's phone number, with area code",\n`,
    to: `  ask: "the patient's phone number, with area code",\n  optional: true,\n`,
    ...noticed,
  },
  {
    what: "conversation: the model is not told what day it is",
    file: "shared/assistants/prompt_block.ts",
    from: `\`It is now {{"now"`,
    to: `\`Opened {{"now"`,
    ...noticed,
  },
  {
    what: "conversation: the example of a phone number is one that can't be read",
    file: "shared/tools/fields.ts",
    from: "for example +12025550142",
    to: "for example 555-0142",
    ...noticed,
  },
  {
    what: "conversation: a refusal leaves the alternatives out",
    file: "supabase/migrations/20261121001040_slot_requests.sql",
    from: "'alternatives', near))",
    to: "'others', near))",
    ...noticed,
  },
  {
    what: "conversation: a refusal says success: true",
    file: "supabase/migrations/20261121001040_slot_requests.sql",
    from: "jsonb_build_object('success', false, 'code', p_code",
    to: "jsonb_build_object('success', true, 'code', p_code",
    ...noticed,
  },
  {
    what: "conversation: a definition no longer tells to offer the alternatives",
    file: "shared/tools/book-clinic-appointment.ts",
    from: "is gone, offer the `alternatives`.",
    to: "is gone, say so.",
    ...noticed,
  },
  {
    what: "conversation: a caller who asks for prices is told the opening hours",
    file: "supabase/migrations/20261121001257_tool_clinic_info.sql",
    from: "when 'services' then private.info_services(p_org_id, p_args ->> 'question')",
    to: "when 'services' then private.info_hours(p_org_id)",
    ...noticed,
  },
  {
    what: "conversation: a definition no longer says that it puts callers on the waiting list",
    file: "shared/tools/waitlist-join.ts",
    from: "Puts the caller on the waiting list. Use it",
    to: "Use it",
    ...noticed,
  },
];
