/** A clinic's settings, changed by its people with their own token. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../shared/json.ts";
import { clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";

const all = clinics();

async function clinic(): Promise<{ orgId: string; admin: Person; member: Person }> {
  const [org] = await all.stack.sql<{ id: string }[]>`
    insert into organizations (name, timezone, country) values ('Clinic', 'Europe/London', 'GB') returning id`;
  assert.ok(org);
  const [admin, member] = [await Person.signUp(all.stack), await Person.signUp(all.stack)];
  await all.stack.sql`
    insert into members (org_id, user_id, role)
    values (${org.id}, ${admin.userId}, 'admin'), (${org.id}, ${member.userId}, 'member')`;
  return { orgId: org.id, admin, member };
}

const INVALID = { status: 400, code: "VT004" };

Deno.test("an admin adds, changes and removes what the clinic can be booked for; a member can't", async () => {
  const { orgId, admin, member } = await clinic();
  const service = { org_id: orgId, name: "Cleaning", duration_minutes: 45 };
  await member.isRefused({ status: 403, code: "42501" }, member.rest("POST", "services", service));

  assert.equal((await admin.rest("POST", "services", service)).status, 201);
  const cleaning = `services?org_id=eq.${orgId}&name=eq.Cleaning`;
  assert.deepEqual(
    (await member.rest("PATCH", cleaning, { duration_minutes: 5 })).body,
    [],
    "hidden from who may not change it",
  );
  await admin.rest("PATCH", cleaning, { duration_minutes: 60 });
  assert.equal((await member.rows(cleaning))[0]?.["duration_minutes"], 60);
  await admin.rest("DELETE", cleaning);
  assert.deepEqual(await admin.rows(cleaning), []);
});

Deno.test("nothing is added to another clinic, or moved there", async () => {
  const [us, them] = [await clinic(), await clinic()];
  const forbidden = { status: 403, code: "42501" };
  const hours = { org_id: them.orgId, weekday: 6, opens: "09:00", closes: "12:00" };
  await us.admin.isRefused(forbidden, us.admin.rest("POST", "business_hours", hours));
  await us.admin.isRefused(
    forbidden,
    us.admin.rest("PATCH", `services?org_id=eq.${us.orgId}`, { org_id: them.orgId }),
  );
  const [theirs] = await them.admin.rows(`calendars?org_id=eq.${them.orgId}`);
  const { status } = await us.admin.rest("POST", "closures", {
    org_id: us.orgId,
    calendar_id: theirs?.["id"] ?? null,
    first_day: "2027-01-01",
    last_day: "2027-01-02",
  });
  assert.equal(status, 409, "a closure of ours for their calendar");
});

Deno.test("a Google calendar that another clinic has connected is not ours to read", async () => {
  const [us, them] = [await clinic(), await clinic()];
  const connect = ({ orgId, admin }: typeof us) =>
    admin.rest("PATCH", `calendars?org_id=eq.${orgId}`, { google_calendar_id: "desk@example.com" });
  assert.equal((await connect(them)).status, 200);
  await us.admin.isRefused({ status: 409, code: "VT008" }, connect(us));
});

Deno.test("a row that makes no sense is refused, and told why and where", async (test) => {
  const { orgId, admin } = await clinic();
  const org = `organizations?id=eq.${orgId}`;
  const day = { org_id: orgId, weekday: 1 };
  const closure = { org_id: orgId, first_day: "2027-01-02", last_day: "2027-01-01" };
  const cases: [string, string, string, JsonObject, string, RegExp][] = [
    [
      "overlapping hours",
      "POST",
      "business_hours",
      { ...day, opens: "16:00", closes: "20:00" },
      "opens",
      /overlaps with 09:00:00 until 17:00:00/,
    ],
    [
      "hours that end before they begin",
      "POST",
      "business_hours",
      { ...day, opens: "20:00", closes: "04:00" },
      "closes",
      /night shift/,
    ],
    [
      "a closure that ends before it begins",
      "POST",
      "closures",
      closure,
      "last_day",
      /before it begins/,
    ],
    ["UK, which is no ISO country", "PATCH", org, { country: "UK" }, "country", /GB/],
    ["a country that nobody knows", "PATCH", org, { country: "XX" }, "country", /XX/],
    [
      "a time zone that is none",
      "PATCH",
      org,
      { timezone: "London" },
      "timezone",
      /Europe\/London/,
    ],
    [
      "an e-mail address that is none",
      "PATCH",
      org,
      { alert_email: "desk@clinic" },
      "alert_email",
      /e-mail/,
    ],
    ["a phone number without its country", "PATCH", org, { phone: "020 7946 0000" }, "phone", /\+/],
    [
      "no visits a day",
      "PATCH",
      `booking_policies?org_id=eq.${orgId}`,
      { max_per_day: 0 },
      "max_per_day",
      /1 or more/,
    ],
    [
      "a service for nobody",
      "PATCH",
      `services?org_id=eq.${orgId}`,
      { for_patients: "nobody" },
      "for_patients",
      /all, new or returning/,
    ],
    [
      "a Sunday that is day 0",
      "POST",
      "business_hours",
      {
        ...{ org_id: orgId, weekday: 0, opens: "09:00", closes: "10:00" },
      },
      "weekday",
      /from 1 to 7/,
    ],
    [
      "a closure without end",
      "POST",
      "closures",
      { org_id: orgId, first_day: "2027-01-02", last_day: "infinity" },
      "last_day",
      /2000 to 2199/,
    ],
    [
      "a closure with a novel for a reason",
      "POST",
      "closures",
      { org_id: orgId, first_day: "2027-01-02", last_day: "2027-01-02", reason: "x".repeat(201) },
      "reason",
      /1 to 200 characters/,
    ],
    [
      "thousands of years of notice",
      "PATCH",
      `booking_policies?org_id=eq.${orgId}`,
      { lead_minutes: 2_147_483_647 },
      "lead_minutes",
      /from 0 to 525600/,
    ],
    [
      "an offer of a minute",
      "PATCH",
      `booking_policies?org_id=eq.${orgId}`,
      { waitlist_offer_minutes: 1 },
      "waitlist_offer_minutes",
      /from 5 to 1440/,
    ],
    [
      "a service without a name",
      "POST",
      "services",
      { org_id: orgId, name: " ", duration_minutes: 30 },
      "name",
      /1 to 100 characters/,
    ],
    [
      "a location without a name",
      "POST",
      "locations",
      { org_id: orgId, name: " " },
      "name",
      /callers ask/,
    ],
    [
      "a calendar at no location",
      "PATCH",
      `calendars?org_id=eq.${orgId}`,
      { location_id: crypto.randomUUID() },
      "location_id",
      /no such location/,
    ],
  ];
  for (const [what, method, path, body, where, message] of cases) {
    await test.step(what, async () => {
      const error = await admin.isRefused(INVALID, admin.rest(method, path, body));
      assert.match(String(error["message"]), message);
      assert.equal(JSON.parse(String(error["details"]))[0].path, where);
    });
  }
});

Deno.test("hours that only meet, or are of another calendar, don't overlap", async () => {
  const { orgId, admin } = await clinic();
  const [calendar] = await admin.rows(`calendars?org_id=eq.${orgId}`);
  for (
    const hours of [
      { calendar_id: null, opens: "17:00", closes: "24:00" },
      { calendar_id: calendar?.["id"] ?? null, opens: "10:00", closes: "12:00" },
    ]
  ) {
    const { status, body } = await admin.rest("POST", "business_hours", {
      org_id: orgId,
      weekday: 1,
      ...hours,
    });
    assert.equal(status, 201, JSON.stringify(body));
  }
});

Deno.test("two who open overlapping hours at once don't both succeed", async () => {
  const { orgId, admin } = await clinic();
  const open = (opens: string) =>
    admin.rest("POST", "business_hours", { org_id: orgId, weekday: 7, opens, closes: "18:00" });
  const statuses = await Promise.all(
    ["09:00", "10:00", "11:00", "12:00"].map(async (at) => (await open(at)).status),
  );
  assert.equal(statuses.filter((status) => status === 201).length, 1, String(statuses));
});

Deno.test("staff keep notes about a contact, and can't change its number", async () => {
  const { orgId, admin } = await clinic();
  await all.stack.sql`insert into contacts (org_id, phone) values (${orgId}, '+442079460001')`;
  const contact = `contacts?org_id=eq.${orgId}`;
  assert.equal((await admin.rest("PATCH", contact, { notes: "Prefers mornings" })).status, 200);
  await admin.isRefused(INVALID, admin.rest("PATCH", contact, { email: "nobody" }));
  await admin.isRefused(
    { status: 403, code: "42501" },
    admin.rest("PATCH", contact, { phone: "+442079460002" }),
  );
});

Deno.test("an admin says who does what, and where, in one clinic only", async () => {
  const [us, them] = [await clinic(), await clinic()];
  const [service] = await us.admin.rows(`services?org_id=eq.${us.orgId}`);
  const [calendar] = await us.admin.rows(`calendars?org_id=eq.${us.orgId}`);
  const [theirs] = await them.admin.rows(`calendars?org_id=eq.${them.orgId}`);
  const offer = (calendar: JsonObject | undefined, durationMinutes: number | null = null) => ({
    p_service_id: service?.["id"] ?? null,
    p_calendars: [{ calendarId: calendar?.["id"] ?? null, durationMinutes }],
  });
  const offers = async () =>
    (await us.member.rows(`calendar_services?org_id=eq.${us.orgId}`))
      .map((row) => [row["calendar_id"], row["duration_minutes"]]);

  await us.admin.does("set_service_calendars", offer(calendar, 45));
  assert.deepEqual(await offers(), [[calendar?.["id"], 45]]);
  const forbidden = { status: 403, code: "VT002" };
  for (const stranger of [us.member, them.admin]) {
    await stranger.isRefused(forbidden, stranger.rpc("set_service_calendars", offer(calendar)));
  }
  await us.admin.isRefused(INVALID, us.admin.rpc("set_service_calendars", offer(theirs)));
  await us.admin.isRefused(INVALID, us.admin.rpc("set_service_calendars", offer(calendar, 1)));
  assert.deepEqual(await offers(), [[calendar?.["id"], 45]], "all of it or nothing");

  await us.admin.does("set_service_calendars", { ...offer(undefined), p_calendars: [] });
  assert.deepEqual(await offers(), []);

  const place = { org_id: us.orgId, name: "Downtown", address: "12 Main St" };
  assert.equal((await us.admin.rest("POST", "locations", place)).status, 201);
  const [downtown] = await us.member.rows(`locations?org_id=eq.${us.orgId}`);
  const at = { location_id: downtown?.["id"] ?? null };
  await them.admin.isRefused(
    INVALID,
    them.admin.rest("PATCH", `calendars?org_id=eq.${them.orgId}`, at),
  );
  await us.admin.rest("PATCH", `calendars?org_id=eq.${us.orgId}`, at);
  const { status } = await us.admin.rest("DELETE", `locations?org_id=eq.${us.orgId}`);
  assert.equal(status, 409, "a calendar is there");
});
