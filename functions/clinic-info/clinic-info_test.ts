import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

const world = clinics();

/** A clinic that has entered everything. */
async function furnished(): Promise<Clinic> {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`update organizations set address = '12 Elm Street', directions = 'Take bus 4. There is parking in the yard.' where id = ${clinic.id}`;
  await sql`
    insert into services (org_id, name, duration_minutes, position, price)
    values (${clinic.id}, 'Cleaning', 45, 1, '80 dollars'), (${clinic.id}, 'Root canal', 90, 2, 'from 400 dollars')`;
  await sql`
    insert into faq_entries (org_id, question, answer, active) values
      (${clinic.id}, 'Which insurance do you take?', 'We take Aetna and Blue Cross.', true),
      (${clinic.id}, 'Is there parking?', 'Yes, behind the house, for free.', true),
      (${clinic.id}, 'Do you treat children?', 'Yes, from the age of three.', true),
      (${clinic.id}, 'Do you treat dogs?', 'No.', false)`;
  return clinic;
}

const ask = async (clinic: Clinic, args: Record<string, string>, assistantId?: string) =>
  (await clinic.call("clinicInfo", args, assistantId === undefined ? {} : { assistantId })).result;

for (const shape of SHAPES) {
  Deno.test(`clinicInfo tells the hours, days in a row as one, in the ${shape} format`, async () => {
    const clinic = await world.open();
    await world.stack.sql`
      insert into business_hours (org_id, weekday, opens, closes) values
        (${clinic.id}, 6, '10:00', '12:30'), (${clinic.id}, 6, '14:00', '16:00')`;
    const { result } = await clinic.call("clinicInfo", { topic: "hours" }, { shape });
    assert.equal(
      result.message,
      "We are open Monday to Friday, from 9 AM to 5 PM; Saturday, from 10 AM to 12:30 PM and from 2 PM to 4 PM.",
    );
  });
}

Deno.test("clinicInfo tells of closures that come, and of hours that only its providers have", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`
    insert into closures (org_id, first_day, last_day)
    select ${clinic.id}, day, day + extra from (
      select (now() at time zone 'America/New_York')::date + 3 as day, 0 as extra
      union all select (now() at time zone 'America/New_York')::date + 10, 4
      union all select (now() at time zone 'America/New_York')::date + 60, 0) closed`;
  const { message } = await ask(clinic, { topic: "hours" });
  assert.match(
    String(message),
    /^We are open Monday to Friday, .* We are closed on \w+, \w+ \d+\. We are closed from \w+, \w+ \d+ to \w+, \w+ \d+\.$/,
  );
  await sql`update business_hours set calendar_id = (select id from calendars where org_id = ${clinic.id}) where org_id = ${clinic.id}`;
  assert.match(String((await ask(clinic, { topic: "hours" })).message), /^We are open Monday to/);
  await sql`delete from business_hours where org_id = ${clinic.id}`;
  assert.match(String((await ask(clinic, { topic: "hours" })).message), /no fixed opening hours/);
});

Deno.test("clinicInfo tells services with their prices, or the one that is asked about", async () => {
  const clinic = await furnished();
  assert.equal(
    (await ask(clinic, { topic: "services" })).message,
    "We offer Appointment, 30 minutes; Cleaning, 45 minutes, 80 dollars; Root canal, 90 minutes, from 400 dollars.",
  );
  const one = await ask(clinic, { topic: "prices", question: "How much is a cleaning?" });
  assert.equal(one.message, "We offer Cleaning, 45 minutes, 80 dollars.");
  assert.deepEqual(one.services, [{ name: "Cleaning", minutes: 45, price: "80 dollars" }]);
});

Deno.test("clinicInfo tells where the clinic is, and how one gets there", async () => {
  const clinic = await furnished();
  assert.equal((await ask(clinic, { topic: "address" })).message, "We are at 12 Elm Street.");
  assert.match(String((await ask(clinic, { topic: "directions" })).message), /^Take bus 4\./);
});

const QUESTIONS: [Record<string, string>, RegExp][] = [
  [{ topic: "question", question: "do you take insurance" }, /^We take Aetna/],
  [{ question: "Aetna" }, /^We take Aetna/],
  [{ question: "¿Hay parking?" }, /^Yes, behind the house/],
  [{ topic: "question", question: "where can I park my car" }, /^Yes, behind the house/],
  [{ topic: "kids", question: "can you treat a child" }, /^Yes, from the age/],
  // If a model writes something that is not a topic, that is taken as the question.
  [{ topic: "insurance" }, /^We take Aetna/],
];

Deno.test("clinicInfo finds the clinic's own answer, however the question is put", async () => {
  const clinic = await furnished();
  for (const [args, answer] of QUESTIONS) {
    assert.match(String((await ask(clinic, args)).message), answer, JSON.stringify(args));
  }
});

Deno.test("clinicInfo says what it doesn't know, with the questions that it has answers to, and asks which is meant", async () => {
  const clinic = await furnished();
  const unknown = await ask(clinic, { topic: "question", question: "Do you treat dogs?" });
  assert.equal(unknown.message, 'Do you mean "Do you treat children"?');
  const none = await ask(clinic, { question: "Who won the match?" });
  assert.deepEqual([none.code, Object(none.questions).length], ["no_answer", 3]);
  assert.match(String((await ask(clinic, {})).message), /^What would you like to know/);
  const bare = await world.open();
  assert.equal((await ask(bare, { topic: "directions" })).code, "no_answer");
});

const SPOKEN: Record<string, RegExp[]> = {
  es: [/^Abrimos de lunes a viernes, de 9:00 a 17:00\.$/, /^Ofrecemos: .*; Cleaning, 45 minutos/],
  fr: [/^Nous sommes ouverts du lundi au vendredi, de 9 h à 17 h\.$/, /^Nous proposons : /],
  de: [/^Wir haben geöffnet: Montag bis Freitag, von 9 Uhr bis 17 Uhr\.$/, /^Wir bieten an: /],
  pt: [/^Abrimos de segunda-feira a sexta-feira, das 9h às 17h\.$/, /^Oferecemos: /],
};

Deno.test("clinicInfo speaks the agent's language, and shortly", async () => {
  const clinic = await furnished();
  for (const [language, [hours, services]] of Object.entries(SPOKEN)) {
    const assistantId = await world.assistantOf(clinic);
    await world.stack
      .sql`update agents set language = ${language} where assistant_id = ${assistantId}`;
    const said = [
      String((await ask(clinic, { topic: "hours" }, assistantId)).message),
      String((await ask(clinic, { topic: "services" }, assistantId)).message),
    ];
    assert.match(said[0] ?? "", hours ?? /^$/);
    assert.match(said[1] ?? "", services ?? /^$/);
    assert.ok(said.every((text) => text.length < 200), said.join());
  }
});
