/** What callers say and models send, as calls that Vapi makes: nothing wrong is booked, and nobody is asked for what they have said. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { addDays, todayIn } from "../../shared/tools/local_date.ts";
import {
  type Answer,
  type CallOptions,
  type Clinic,
  clinics,
  speakDate,
} from "./support/clinic.ts";

const world = clinics();

function book(clinic: Clinic, given: JsonObject, options: CallOptions = {}): Promise<Answer> {
  return clinic.call("bookClinicAppointment", {
    patientName: "Test Patient",
    patientPhone: "202 555 0142",
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
    ...given,
  }, options);
}

async function booked(
  clinic: Clinic,
): Promise<{ local: string; phone: string; email: string | null }[]> {
  const rows = await clinic.stack.sql<{ local: string; phone: string; email: string | null }[]>`
    select to_char(starts_at at time zone ${clinic.timezone}, 'YYYY-MM-DD HH24:MI') as local, phone, email
    from appointments join contacts on contacts.id = contact_id
    where appointments.org_id = ${clinic.id} and state = 'confirmed'`;
  return rows.map((row) => ({ ...row }));
}

Deno.test("the same number is the caller's, in whatever notation the carrier gives it", async () => {
  for (
    const number of ["+12025550222", "12025550222", "+1 202-555-0222", "sip:+12025550222@trunk"]
  ) {
    const clinic = await world.open();
    const { result } = await book(clinic, { patientPhone: "same number" }, { number });
    assert.equal(result.success, true, `${number}: ${result.message}`);
    assert.equal((await booked(clinic))[0]?.phone, "+12025550222");
    // It is the caller's: who calls from it may change the visit in another call.
    const { result: cancelled } = await clinic.call("cancelAppointment", {}, { number });
    assert.equal(cancelled.success, true, `${number}: ${cancelled.message}`);
  }
});

Deno.test("a withheld number is nobody's", async () => {
  const clinic = await world.open();
  for (const number of ["+266696687", "+86282452253", "anonymous"]) {
    const { error } = await book(clinic, { patientPhone: "same number" }, { number });
    assert.match(error ?? "", /^I can't see the number you are calling from/);
    const { result } = await clinic.call("cancelAppointment", {}, { number });
    assert.equal(result.code, "phone_needed");
  }
});

Deno.test("a name that can't match is no obstacle where there is nothing to choose", async () => {
  const clinic = await world.open();
  const { result } = await book(clinic, { provider: "Dr. Smith", service: "consultation" });
  assert.equal(result.success, true, String(result.message));
  await clinic.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  const { result: asked } = await book(clinic, {
    provider: "Dr. Smith",
    appointmentTime: "11:00",
  });
  assert.deepEqual([asked.code, asked.providers], ["unknown_provider", ["Clinic", "Second"]]);
});

Deno.test("last year's date names its year and today, and offers the day that can be booked", async () => {
  const clinic = await world.open();
  const today = todayIn(clinic.timezone, new Date());
  const meant = addDays(today, 40);
  const said = `${Number(meant.slice(0, 4)) - 1}${meant.slice(4)}`;
  const error = String((await book(clinic, { appointmentDate: said })).error);
  assert.ok(error.includes(said.slice(0, 4)) && error.includes(today.slice(0, 4)), error);
  assert.ok(error.includes(speakDate(meant)) && error.includes(meant), error);
});

Deno.test("an agent that speaks Spanish is answered in Spanish, and reads it", async () => {
  const clinic = await world.open();
  const assistantId = crypto.randomUUID();
  await clinic.stack.sql`
    insert into agents (org_id, assistant_id, role, name, system_prompt, language)
    values (${clinic.id}, ${assistantId}, 'inbound', 'Recepción', 'Hola.', 'es')`;
  const { error } = await book(clinic, { appointmentTime: "pronto" }, { assistantId });
  assert.equal(error, "Necesito la hora, por ejemplo las 14:30. (Write: HH:MM)");
  const given = { appointmentDate: "mañana", appointmentTime: "las tres y media de la tarde" };
  const { result } = await clinic.call("checkAvailability", {
    date: given.appointmentDate,
    time: given.appointmentTime,
  }, { assistantId });
  assert.equal(result.date, addDays(todayIn(clinic.timezone, new Date()), 1));
});

Deno.test("a request that leaves the day or the hour to us finds free times", async () => {
  const clinic = await world.open();
  const look = async (args: JsonObject) => (await clinic.call("checkAvailability", args)).result;
  const wishes = [
    {},
    { date: "as soon as possible" },
    { date: "any day" },
    { date: "next week" },
    { time: "afternoon" },
    { date: "next week", partOfDay: "morning" },
    { date: "proxima semana", time: "por la tarde" },
  ];
  for (const wish of wishes) {
    const result = await look(wish);
    assert.equal(result.success, true, JSON.stringify(wish));
    assert.ok(
      Array.isArray(result.slots) && result.slots.length > 0,
      JSON.stringify([wish, result]),
    );
  }
  const afternoon = await look({ date: clinic.day(), time: "afternoon" });
  assert.deepEqual([afternoon.date, Array.isArray(afternoon.slots) && afternoon.slots[0]], [
    clinic.day(),
    "12:00",
  ]);
  const monday = addDays(clinic.day(), -1);
  const atTwo = await look({ date: monday, until: addDays(monday, 4), time: "2 pm" });
  assert.deepEqual([atTwo.date, atTwo.available], [monday, true]);
});

/** What models write instead of a text, and what is booked; null if it leads to a question. */
const SHAPES_OF_VALUES: [given: JsonObject, booked: string | null][] = [
  [{ patientPhone: 2025550142, appointmentTime: 1030 }, "10:30 +12025550142"],
  [{ patientPhone: ["202-555-0142"], appointmentTime: 10 }, "10:00 +12025550142"],
  [{ patientPhone: "📞 202-555-0142", appointmentTime: "１０：００" }, "10:00 +12025550142"],
  [{ patientEmail: false, service: [], provider: {}, notes: true }, "10:00 +12025550142"],
  [{ patientEmail: { address: "jane" } }, "10:00 +12025550142"],
  [{ service: "the usual", provider: "auto", holdId: "hold_1" }, "10:00 +12025550142"],
  [{ patientName: "{{patientName}}" }, null],
  [{ patientName: "the caller" }, null],
  [{ patientPhone: "+12345678900" }, null],
  [{ patientPhone: { number: "202-555-0142" } }, null],
  [{ appointmentTime: ["10:00", "11:00"] }, null],
  [{ appointmentTime: "from 10 to 11" }, null],
];

Deno.test("values of other types are read where they are what was wanted, and asked about where not", async () => {
  for (const [given, expected] of SHAPES_OF_VALUES) {
    const clinic = await world.open();
    const { status, error } = await book(clinic, given);
    const rows = (await booked(clinic)).map(({ local, phone }) => `${local.slice(11)} ${phone}`);
    assert.deepEqual(
      [status, rows],
      [200, expected === null ? [] : [expected]],
      `${JSON.stringify(given)}: ${error}`,
    );
    assert.equal(error === null, expected !== null, JSON.stringify(given));
  }
});

/** Callers' requests in their languages: the time for which there is an answer, or the question. */
const WISHES: Record<string, [args: JsonObject, answer: RegExp][]> = {
  es: [
    [{ date: "pasado mañana a mediodía" }, /a las 12:00|cerrados/],
    [{ date: "30 de febrero" }, /no existe/],
    [{ date: "mañana a medianoche" }, /¿Quiere decir el/],
    [{ date: "en una hora" }, / a las |estamos cerrados/],
  ],
  fr: [
    [{ date: "demain midi et demi" }, /12 h 30|fermés/],
    [{ time: "trois heures moins le quart" }, /14 h 45/],
    [{ date: "le 31", partOfDay: "matin" }, /Voulez-vous dire/],
  ],
  de: [
    [{ time: "drei viertel drei" }, /14:45 Uhr/],
    [{ time: "viertel drei" }, /Ich brauche die Uhrzeit/],
    [{ date: "übernächste Woche", partOfDay: "vormittags" }, / Uhr/],
  ],
  pt: [
    [{ date: "amanhã de manhã" }, /às |fechados/],
    [{ time: "quinze para as três" }, /14h45/],
    [{ date: "2ª feira às 15h" }, /15h|Quer dizer/],
  ],
};

for (const [language, wishes] of Object.entries(WISHES)) {
  Deno.test(`checkAvailability takes wishes in ${language}, or asks in it`, async () => {
    const country = { es: "ES", fr: "FR", de: "DE", pt: "BR" }[language] ?? "US";
    const clinic = await world.open({ country });
    const assistantId = await world.assistantOf(clinic);
    await clinic.stack.sql`update agents set language = ${language} where org_id = ${clinic.id}`;
    for (const [args, answer] of wishes) {
      const { status, result, error } = await clinic.call("checkAvailability", args, {
        assistantId,
      });
      assert.equal(status, 200);
      assert.match(error ?? String(result.message), answer, JSON.stringify(args));
    }
  });
}
