/**
 * Small inputs from the field that once went wrong, each by its name, as calls that Vapi makes; and similar ones, which must be answered as
 * well.
 */
import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { addDays, todayIn } from "../../shared/tools/local_date.ts";
import { type Answer, type CallOptions, type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();

interface Row {
  readonly given?: (clinic: Clinic) => JsonObject;
  readonly caller?: CallOptions;
  readonly country?: string;
  /** The booking: everything that is named here. */
  readonly booked?: (clinic: Clinic) => Partial<Booking>;
  /** What is asked instead, and nothing booked. */
  readonly asked?: RegExp | ((clinic: Clinic) => RegExp);
  readonly says?: RegExp;
}

interface Booking {
  readonly local: string;
  readonly phone: string;
  readonly email: string | null;
}

const phone = (patientPhone: string) => () => ({ patientPhone });
const email = (patientEmail: string) => () => ({ patientEmail });
const time = (appointmentTime: string) => () => ({ appointmentTime });
const isPhone = (e164: string) => () => ({ phone: e164 });
const isEmail = (address: string | null) => () => ({ email: address });
const isAt = (time: string) => (clinic: Clinic) => ({ local: `${clinic.day()} ${time}` });
const without = { asked: /number/ };
const caller = (number: string): Row => ({
  given: phone("same number"),
  caller: { number },
  booked: isPhone(number.includes("0142") ? "+12025550142" : "+12025550222"),
});

const BOOKINGS: Record<string, Row> = {
  "+2025550142": { given: phone("+2025550142"), ...without },
  "+6175550123": { given: phone("+6175550123"), ...without },
  "+9175550123": { given: phone("+9175550123"), ...without },
  "1234567890": { given: phone("1234567890"), ...without },
  "0000000000": { given: phone("0000000000"), ...without },
  "202-555-0142 x12": { given: phone("202-555-0142 x12"), asked: /extension 12/ },
  "202-555-0142 (mobile)": {
    given: phone("202-555-0142 (mobile)"),
    booked: isPhone("+12025550142"),
  },
  "tel:+1-202-555-0142": { given: phone("tel:+1-202-555-0142"), booked: isPhone("+12025550142") },
  "0061 412 345 678 in Australia": {
    given: phone("0061 412 345 678"),
    country: "AU",
    booked: isPhone("+61412345678"),
  },
  "same number, from +12025550222": caller("+12025550222"),
  "same number, from 12025550222": caller("12025550222"),
  "same number, from +1 202-555-0142": caller("+1 202-555-0142"),
  "same number, from sip:+12025550142@trunk": caller("sip:+12025550142@trunk"),
  "same number, withheld as +266696687": {
    given: phone("same number"),
    caller: { number: "+266696687" },
    asked: /can't see the number/,
  },
  "same number, withheld as +86282452253": {
    given: phone("same number"),
    caller: { number: "+86282452253" },
    asked: /can't see the number/,
  },
  "e-mail none": { given: email("none"), booked: isEmail(null) },
  "e-mail N/A": { given: email("N/A"), booked: isEmail(null) },
  "e-mail not provided": { given: email("not provided"), booked: isEmail(null) },
  "e-mail with blanks": {
    given: email(" jane.roe@example.com "),
    booked: isEmail("jane.roe@example.com"),
  },
  "e-mail with a full stop": {
    given: email("jane.roe@example.com."),
    booked: isEmail("jane.roe@example.com"),
  },
  "e-mail in words": {
    given: email("jane dot roe at example dot com"),
    booked: isEmail("jane.roe@example.com"),
  },
  "e-mail jane at at": {
    given: email("jane at at"),
    booked: isEmail(null),
    says: /couldn't take down the e-mail/,
  },
  "provider no preference": { given: () => ({ provider: "no preference" }), booked: isAt("10:00") },
  "provider first available": {
    given: () => ({ provider: "first available" }),
    booked: isAt("10:00"),
  },
  "provider either": { given: () => ({ provider: "either" }), booked: isAt("10:00") },
  "last year's date": {
    given: (clinic) => ({ appointmentDate: lastYear(clinic.day(2, 5)) }),
    asked: (clinic) => new RegExp(`${lastYear(clinic.day(2, 5)).slice(0, 4)} is past: today is`),
  },
  "a date-time in UTC": {
    given: (clinic) => ({ appointmentDate: `${clinic.day()}T16:00:00Z`, appointmentTime: "" }),
    booked: (clinic) => ({ local: localAt(clinic, "16:00") }),
  },
  "a blank for the T": {
    given: (clinic) => ({ appointmentDate: `${clinic.day()} 14:00`, appointmentTime: null }),
    booked: isAt("14:00"),
  },
  "a day of one figure": {
    given: (clinic) => ({ appointmentDate: clinic.day().replace(/-0?(\d+)$/, "-$1") }),
    booked: isAt("10:00"),
  },
  "at 2pm, within the date": {
    given: (clinic) => ({ appointmentDate: `${clinic.day()} at 2pm`, appointmentTime: "" }),
    booked: isAt("14:00"),
  },
  "14h30": { given: time("14h30"), booked: isAt("14:30") },
  "1430": { given: time("1430"), booked: isAt("14:30") },
  "two pm": { given: time("two pm"), booked: isAt("14:00") },
  "half past two": { given: time("half past two"), booked: isAt("14:30") },
  "2pm.": { given: time("2pm."), booked: isAt("14:00") },
  "9:30": { given: time("9:30"), booked: isAt("09:30") },
  "two fields that disagree": {
    given: (clinic) => ({
      appointmentDate: `${clinic.day()}T10:00:00`,
      appointmentTime: "11:00",
    }),
    asked: /^I heard two times/,
  },
};
function lastYear(day: string): string {
  return `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
}

/** What the clinic's clock shows at that time of UTC. */
function localAt(clinic: Clinic, time: string): string {
  return new Intl.DateTimeFormat("sv-SE", {
    timeZone: clinic.timezone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(new Date(`${clinic.day()}T${time}:00Z`));
}

async function bookings(clinic: Clinic): Promise<Booking[]> {
  const rows = await clinic.stack.sql<{ local: string; phone: string; email: string | null }[]>`
    select to_char(starts_at at time zone ${clinic.timezone}, 'YYYY-MM-DD HH24:MI') as local, phone, email
    from appointments join contacts on contacts.id = contact_id
    where appointments.org_id = ${clinic.id} and state = 'confirmed'`;
  return rows.map((row) => ({ ...row }));
}

for (
  const [name, { given, caller, country = "US", booked, asked, says }] of Object.entries(BOOKINGS)
) {
  Deno.test(`bookClinicAppointment: ${name}`, async () => {
    const clinic = await world.open({ country });
    const { status, result, error } = await clinic.call("bookClinicAppointment", {
      patientName: "Test Patient",
      patientPhone: country === "US" ? "202 555 0142" : "0412 345 678",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
      ...given?.(clinic),
    }, caller);
    assert.equal(status, 200);
    const rows = await bookings(clinic);
    if (asked !== undefined) {
      assert.match(
        error ?? String(result.message),
        asked instanceof RegExp ? asked : asked(clinic),
      );
      assert.deepEqual([rows, await clinic.messages()], [[], []]);
      return;
    }
    assert.equal(result.success, true, error ?? String(result.message));
    for (const [key, value] of Object.entries(booked?.(clinic) ?? {})) {
      assert.equal(Object.entries(rows[0] ?? {}).find(([each]) => each === key)?.[1], value);
    }
    assert.match(String(result.message), says ?? /./);
  });
}

Deno.test("checkAvailability: words for a day or a part of it", async () => {
  const clinic = await world.open();
  const tomorrow = addDays(todayIn(clinic.timezone, new Date()), 1);
  const wishes: [JsonObject, day?: string][] = [
    [{ date: "as soon as possible" }],
    [{ date: "this week" }],
    [{ date: clinic.day(), time: "afternoon" }, clinic.day()],
    [{ date: "mañana" }, tomorrow],
    [{ date: "early next week" }],
    [{ date: "within two weeks" }],
    [{ date: "Anfang nächster Woche" }],
    [{ date: "no início da semana que vem", partOfDay: "manhã" }],
    [{ date: "any day", time: "before noon" }],
    [{ until: "in two weeks" }],
  ];
  for (const [wish, day] of wishes) {
    const { status, result, error } = await clinic.call("checkAvailability", wish);
    assert.equal(status, 200);
    assert.equal(result.success, true, `${JSON.stringify(wish)}: ${error ?? result.message}`);
    if (day !== undefined) assert.equal(result.date, day);
  }
});

/** What models send instead of no arguments, and what is not an argument list. */
const NO_ARGUMENTS: JsonValue[] = [
  "",
  " ",
  "\n",
  null,
  {},
  "{}",
  "null",
  " {} ",
  { again: null },
  { again: "" },
  { again: "none" },
];

const UNREADABLE: JsonValue[] = ["{", "[1]", [], "yes", 7, true, '"{}', "{'again': true}"];

async function answered(call: () => Promise<Answer>): Promise<Answer> {
  const answer = await call();
  assert.equal(answer.status, 200);
  assert.ok(!/[\r\n]/.test(answer.text.trim()), answer.text);
  return answer;
}

Deno.test("sendBookingConfirmation: no arguments, in every way that models write it", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  await clinic.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: "202 555 0142",
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
  }, { callId });
  for (const args of NO_ARGUMENTS) {
    const { result, error } = await answered(() =>
      clinic.call("sendBookingConfirmation", args, { callId })
    );
    assert.equal(result.success, true, `${JSON.stringify(args)}: ${error ?? result.message}`);
  }
  for (const args of UNREADABLE) {
    const { result, error } = await answered(() =>
      clinic.call("sendBookingConfirmation", args, { callId })
    );
    assert.ok(error ?? result.message, JSON.stringify(args));
  }
});

Deno.test("sendBookingConfirmation: yes and no in words", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  await clinic.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: "202 555 0142",
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
  }, { callId });
  for (const again of ["yes", "True", 1, "1", "sí", "oui", "ja", "sim", "no", "FALSE", 0, false]) {
    const { result, error } = await answered(() =>
      clinic.call("sendBookingConfirmation", { again }, { callId })
    );
    assert.equal(error, null, `${again}: ${error}`);
    assert.ok(result.message);
  }
});

Deno.test("each tool asks for what it needs where nothing was said, in the agent's language", async () => {
  const clinic = await world.open();
  const assistantId = crypto.randomUUID();
  await clinic.stack.sql`
    insert into agents (org_id, assistant_id, role, name, system_prompt, language)
    values (${clinic.id}, ${assistantId}, 'inbound', 'Accueil', 'Bonjour.', 'fr')`;
  for (const tool of ["bookClinicAppointment", "reserveSlot", "verifyBookingCode", "sendSms"]) {
    for (const args of ["", null, {}, "{"]) {
      const { error } = await answered(() => clinic.call(tool, args, { assistantId }));
      assert.match(error ?? "", /Il me faut|J'ai besoin/, `${tool}: ${JSON.stringify(args)}`);
    }
  }
});
