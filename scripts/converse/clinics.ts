/**
 * A clinic for every run, so that each conversation has its own data. Of clinics with the same settings, one agent is saved and synced as
 * from a console, and what reached Vapi is copied there for the others: a thousand syncs would take most of the time.
 */
import { z } from "zod";
import { todayIn } from "../../shared/tools/local_date.ts";
import type { Stack } from "../local/stack.ts";
import { configuration } from "../local/vapi/calls/surroundings.ts";
import { dayOf } from "./days.ts";
import type { Scenario } from "./scenario.ts";

/** A clinic in which a scenario is played, once. */
export interface Clinic {
  readonly orgId: string;
  readonly assistantId: string;
  /** Vapi's id of the number that is called. */
  readonly phoneNumberId: string;
}

const PROMPT = "You answer the phone of the clinic. Be kind and brief.";
const SYNC_WITHIN_MS = 60_000;
const rowsSchema = z.array(z.object({ n: z.number(), id: z.string() }));

/** Opens one clinic for each of these, in the same order, and waits until Vapi knows their agents. */
export async function openClinics(stack: Stack, scenarios: readonly Scenario[]): Promise<Clinic[]> {
  const { sql } = stack;
  const setups = scenarios.map((scenario, n) => setup(scenario, n));
  const orgs = rowsSchema.parse(
    await sql`
      with wanted as (
        select row_number() over () - 1 as n, gen_random_uuid() as id, setup
        from jsonb_array_elements(${sql.json(setups)}) setup
      ), created as (
        insert into organizations (id, name, timezone, country)
        select id, setup ->> 'name', setup ->> 'timezone', setup ->> 'country' from wanted
      )
      select n::integer, id from wanted order by n`,
  );
  const placed = setups.map((setup, n) => ({ ...setup, orgId: orgs[n]?.id ?? "" }));
  // In portions, so that no transaction grows with the number of runs.
  for (let from = 0; from < placed.length; from += BATCH) {
    await furnish(sql, placed.slice(from, from + BATCH));
  }
  const alike = [...Map.groupBy(placed, ({ kind }) => kind).values()];
  await saveFirst(stack, alike.flatMap(([first]) => first ?? []));
  const copies = alike.flatMap(([first, ...others]) =>
    others.map((other) => [first, other] as const)
  );
  const assistants = await assistantsOf(stack, alike.flatMap(([first]) => first ?? []));
  const copied = copies.flatMap(([first, { orgId, agent }]) => {
    const original = stack.vapi.state.assistants.get(assistants.get(first?.orgId ?? "") ?? "");
    if (original === undefined) throw new Error("Cannot copy an assistant that was not synced");
    const { id } = stack.vapi.dashboard.createAssistant({
      ...configuration(original),
      metadata: { org_id: orgId },
    });
    assistants.set(orgId, id);
    return [{ orgId, assistantId: id, ...agent }];
  });
  await sql`
    insert into agents (org_id, assistant_id, role, name, system_prompt, language, tools)
    select "orgId", "assistantId", role, name, "systemPrompt", language, tools
    from jsonb_to_recordset(${sql.json(copied)})
      as agent ("orgId" uuid, "assistantId" text, role text, name text, "systemPrompt" text, language text, tools text[])`;
  return placed.map(({ orgId, phoneNumberId }) => ({
    orgId,
    phoneNumberId,
    assistantId: assistants.get(orgId) ?? "",
  }));
}

/** The agents of these clinics, as their owner saves them, until Vapi knows them. */
async function saveFirst(stack: Stack, clinics: readonly Placed[]): Promise<void> {
  const { sql } = stack;
  const { userId } = await stack.signUp({
    email: `${crypto.randomUUID()}@example.com`,
    password: "correct horse 1",
  });
  await sql`
    insert into members (org_id, user_id, role)
    select org_id, ${userId}, 'owner' from unnest(${
    clinics.map(({ orgId }) => orgId)
  }::uuid[]) org_id`;
  const agents = clinics.map(({ agent, orgId }) => ({ ...agent, orgId }));
  await sql`select save_agent(${userId}, agent) from jsonb_array_elements(${
    sql.json(agents)
  }) agent`;
  await synced(stack);
}

const assistantsSchema = z.array(z.object({ org_id: z.string(), assistant_id: z.string() }));

async function assistantsOf(
  { sql }: Stack,
  clinics: readonly Placed[],
): Promise<Map<string, string>> {
  const rows = assistantsSchema.parse(
    await sql`select org_id, assistant_id from agents where org_id = any(${
      clinics.map(({ orgId }) => orgId)
    })`,
  );
  return new Map(rows.map(({ org_id, assistant_id }) => [org_id, assistant_id]));
}

const BATCH = 200;

type Placed = ReturnType<typeof setup> & { orgId: string };

function setup({ clinic, before, calls }: Scenario, n: number) {
  const today = todayIn(clinic.timezone, new Date());
  const facts = calls[0]?.facts ?? {};
  return {
    /** Equal for clinics whose agents are equal. */
    kind: JSON.stringify(clinic),
    name: clinic.name,
    timezone: clinic.timezone,
    country: clinic.country,
    phoneNumberId: `number-${n}-${crypto.randomUUID()}`,
    hours: (clinic.everyDay ? [1, 2, 3, 4, 5, 6, 7] : [1, 2, 3, 4, 5]).flatMap((weekday) =>
      clinic.hours.map((hours) => {
        const [opens = "", closes = ""] = hours.split("-");
        return { weekday, opens, closes };
      })
    ),
    services: clinic.services.map((service, position) => ({ ...service, position })),
    calendars: clinic.providers.map((name, position) => ({
      name,
      position,
      google: clinic.google ? `calendar-${n}-${position}@group.calendar.example` : null,
    })),
    address: clinic.address ?? null,
    directions: clinic.directions ?? null,
    answers: Object.entries(clinic.answers).map(([question, answer]) => ({ question, answer })),
    closed: clinic.closed.map((day) => dayOf(day, today)),
    rules: clinic.rules,
    visits: before.map((visit) => ({
      name: visit.name ?? facts.name ?? "Earlier Patient",
      phone: visit.phone ?? facts.phone ?? "+12025550111",
      at: `${dayOf(visit.day ?? facts.day ?? "", today)} ${visit.time ?? facts.time ?? ""}`,
      service: visit.service ?? null,
      provider: visit.provider ?? null,
    })),
    agent: {
      role: "inbound",
      name: "Reception",
      systemPrompt: PROMPT,
      language: clinic.language,
      ...(clinic.tools === undefined ? {} : { tools: clinic.tools }),
    },
  };
}

/** Everything of these clinics but their agents, in a few statements. */
async function furnish(sql: Stack["sql"], clinics: readonly Placed[]): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`create temporary table wanted on commit drop as
      select (setup ->> 'orgId')::uuid as org_id, setup from jsonb_array_elements(${
      transaction.json([...clinics])
    }) setup`;
    await transaction.unsafe(FURNISH);
    const rules = new Set(clinics.flatMap((clinic) => Object.keys(clinic.rules)));
    for (const rule of rules) {
      await transaction`
        update booking_policies set ${transaction(rule)} = (setup -> 'rules' ->> ${rule})::${
        transaction.unsafe(RULE_TYPES[rule] ?? "integer")
      }
        from wanted where wanted.org_id = booking_policies.org_id and setup -> 'rules' ? ${rule}`;
    }
  });
}

const RULE_TYPES: Readonly<Record<string, string>> = {
  booking_path: "text",
  sms_confirmations: "boolean",
  caller_number_suffices: "boolean",
};

const FURNISH = `
  delete from business_hours using wanted where business_hours.org_id = wanted.org_id;
  delete from services using wanted where services.org_id = wanted.org_id;
  delete from calendars using wanted where calendars.org_id = wanted.org_id;
  insert into business_hours (org_id, weekday, opens, closes)
    select org_id, weekday, opens, closes
    from wanted, jsonb_to_recordset(setup -> 'hours') as hours (weekday smallint, opens time, closes time);
  update organizations set address = setup ->> 'address', directions = setup ->> 'directions' from wanted
    where wanted.org_id = organizations.id and coalesce(setup ->> 'address', setup ->> 'directions') is not null;
  insert into faq_entries (org_id, question, answer)
    select org_id, question, answer from wanted, jsonb_to_recordset(setup -> 'answers') as entry (question text, answer text);
  insert into services (org_id, name, duration_minutes, position, price)
    select org_id, name, minutes, position, price
    from wanted, jsonb_to_recordset(setup -> 'services') as service (name text, minutes integer, position integer, price text);
  insert into calendars (org_id, name, position, google_calendar_id)
    select org_id, name, position, google
    from wanted, jsonb_to_recordset(setup -> 'calendars') as calendar (name text, position integer, google text);
  insert into closures (org_id, first_day, last_day)
    select org_id, day::date, day::date from wanted, jsonb_array_elements_text(setup -> 'closed') day;
  insert into phone_numbers (org_id, vapi_phone_number_id) select org_id, setup ->> 'phoneNumberId' from wanted;
  -- Conversations are played at any hour: without quiet hours a text is queued, not put off.
  update sms_policies set quiet_until = quiet_from from wanted where wanted.org_id = sms_policies.org_id;
  insert into contacts (org_id, phone, name)
    select distinct on (org_id, phone) org_id, phone, name
    from wanted, jsonb_to_recordset(setup -> 'visits') as visit (phone text, name text) order by org_id, phone, name;
  insert into appointments (
    org_id, calendar_id, service_id, contact_id, state, starts_at, ends_at, busy, patient_name, patient_id, confirmed_at)
    select wanted.org_id, calendar.id, service.id, contact.id, 'confirmed', lower(at.time), upper(at.time), at.time, visit.name,
      private.upsert_patient(contact.id, visit.name), now()
    from wanted
    cross join jsonb_to_recordset(setup -> 'visits') as visit (phone text, name text, at timestamp, service text, provider text)
    join contacts contact on contact.org_id = wanted.org_id and contact.phone = visit.phone
    join calendars calendar on calendar.org_id = wanted.org_id
      and calendar.name = coalesce(visit.provider, setup -> 'calendars' -> 0 ->> 'name')
    join services service on service.org_id = wanted.org_id
      and service.name = coalesce(visit.service, setup -> 'services' -> 0 ->> 'name')
    cross join lateral (
      select tstzrange(visit.at at time zone (setup ->> 'timezone'),
        visit.at at time zone (setup ->> 'timezone') + make_interval(mins => service.duration_minutes)) as time) at;
`;

async function synced({ sql }: Stack): Promise<void> {
  const deadline = Date.now() + SYNC_WITHIN_MS;
  for (;;) {
    const [open] = await sql<{ left: number; failed: number }[]>`
      select count(*) filter (where status in ('pending', 'running'))::integer as left,
             count(*) filter (where status = 'dead')::integer as failed
      from jobs where queue = 'tool-sync'`;
    if (open === undefined || open.failed > 0) throw new Error("Cannot sync the clinics' agents");
    if (open.left === 0) return;
    if (Date.now() > deadline) throw new Error(`${open.left} agents were not synced in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
