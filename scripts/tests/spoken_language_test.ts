/** What callers hear, in the language of their agent. */
import assert from "node:assert/strict";
import { type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();
const LANGUAGES = ["es", "fr", "de", "pt"];

/** Calls tools as an agent of that language. */
async function agentOf(clinic: Clinic, language: string) {
  const assistantId = crypto.randomUUID();
  await clinic.stack.sql`
    insert into agents (org_id, assistant_id, role, name, system_prompt, language)
    values (${clinic.id}, ${assistantId}, 'inbound', ${`Agent ${language}`}, 'Hello.', ${language})`;
  return async (tool: string, args: Record<string, string>) =>
    (await clinic.call(tool, args, { assistantId })).result;
}

/** Sentences in the functions that produce tool answers and texts. What the staff see in the console stays English. */
async function saidAnywhere(): Promise<Set<string>> {
  const rows = await world.stack.sql<{ source: string; isForStaff: boolean }[]>`
    select prosrc as source, nspname = 'public' and has_function_privilege('authenticated', pg_proc.oid, 'execute') as "isForStaff"
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where nspname in ('private', 'public')
      and prosrc ~ 'private[.](say|phrase|refusal|appointment_answer|hold_answer)[(]'`;
  const literals = rows.flatMap(({ source, isForStaff }) =>
    [...source.replaceAll(/--.*$/gm, "").matchAll(/'((?:[^']|'')*)'/g)]
      .map(([, literal = ""]) => literal.replaceAll("''", "'"))
      .filter((literal) => !isForStaff || literal.includes("{"))
  );
  return new Set(
    literals.filter((text) =>
      /^[A-Z].* .*[.?]$|\{\w+\}|^[A-Z]\w+.*(: | for | to )$/.test(text) && !/^\{\w+\}$/.test(text)
    ),
  );
}

Deno.test("every sentence has its phrase in every language, with the same names to fill in", async () => {
  const rows = await world.stack.sql<{ language: string; english: string; phrase: string }[]>`
    select language, english, phrase from private.phrases`;
  const english = new Set(rows.map((row) => row.english));
  for (const language of LANGUAGES) {
    const own = rows.filter((row) => row.language === language);
    assert.deepEqual([...english].filter((text) => !own.some((row) => row.english === text)), []);
  }
  const namesIn = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  // A clock of 24 hours needs no half of the day.
  const ofClock = (text: string) => /^\{hour\}/.test(text) || / 1$/.test(text);
  const wrong = rows.filter((row) =>
    !ofClock(row.english) && namesIn(row.english).join() !== namesIn(row.phrase).join()
  );
  assert.deepEqual(wrong.map(({ english, phrase }) => [english, phrase]), []);
  assert.deepEqual([...await saidAnywhere()].filter((said) => !english.has(said)), []);
});

const SAID: Record<string, RegExp[]> = {
  es: [
    /^¿El martes \d+ de [a-z]+ a las 9:00, 12:45 o 16:30\?$/,
    /^El martes .* a las 10:00 está libre\.$/,
    /^Su cita es el martes .* a las 10:00\. Le hemos enviado/,
    /ya está ocupado\. Puedo ofrecerle a las/,
  ],
  fr: [
    /^Le mardi (\d+|1er) [a-zéû]+ à 9 h, 12 h 45 ou 16 h 30 \?$/,
    /^Le mardi .* à 10 h est libre\.$/,
    /^Votre rendez-vous est le mardi .* à 10 h\. Un SMS/,
    /est déjà pris\. Je peux vous proposer/,
  ],
  de: [
    /^Dienstag, \d+\. [A-Za-zä]+ um 9, 12:45 oder 16:30 Uhr\?$/,
    /um 10 Uhr ist frei\.$/,
    /^Ihr Termin ist am Dienstag, .* um 10 Uhr\. Eine SMS/,
    /ist schon vergeben\. Ich könnte Ihnen/,
  ],
  pt: [
    /^Pode ser terça-feira, \d+º? de [a-zç]+, às 9h, 12h45 ou 16h30\?$/,
    /^Terça-feira, .* às 10h está livre\.$/,
    /^Sua consulta está marcada para terça-feira, .* às 10h\. Uma mensagem/,
    /já está ocupado\. Posso oferecer/,
  ],
};

for (const language of LANGUAGES) {
  Deno.test(`an agent that speaks ${language} says days, times and outcomes in it, and texts in it`, async () => {
    const clinic = await world.open();
    const call = await agentOf(clinic, language);
    const booking = { patientName: "Ana", appointmentDate: clinic.day(), appointmentTime: "10:00" };
    const messages = [
      await call("checkAvailability", { date: clinic.day(), until: clinic.day() }),
      await call("checkAvailability", { date: clinic.day(), time: "10:00" }),
      await call("bookClinicAppointment", { ...booking, patientPhone: "+12025550142" }),
      await call("bookClinicAppointment", { ...booking, patientPhone: "+12025550143" }),
    ].map(({ message }) => String(message));
    for (const [i, expected] of (SAID[language] ?? []).entries()) {
      assert.match(messages[i] ?? "", expected);
    }
    const [text] = await clinic.messages();
    assert.doesNotMatch(text?.body ?? "", /your appointment/);
  });
}

Deno.test("what the staff change is told to patients in the clinic's language, and how to opt out too", async () => {
  const clinic = await world.open();
  await agentOf(clinic, "es");
  await clinic.stack.sql`
    select private.tool_book_clinic_appointment(${clinic.id}, '{"channels": {"sms": true}}', ${
    clinic.stack.sql.json({
      date: clinic.day(),
      time: "10:00",
      patientName: "Ana",
      patientPhone: "+12025550142",
    })
  })`;
  const [text] = await clinic.messages();
  assert.match(
    text?.body ?? "",
    /: su cita está confirmada para el martes .*\nResponda STOP para no recibir más\.$/,
  );
});

Deno.test("a failure is told in the agent's language", async () => {
  const clinic = await world.open();
  const assistantId = crypto.randomUUID();
  await clinic.stack.sql`
    insert into agents (org_id, assistant_id, role, name, system_prompt, language)
    values (${clinic.id}, ${assistantId}, 'inbound', 'Empfang', 'Hallo.', 'de')`;
  await clinic.stack.sql`
    insert into org_tools (org_id, tool_name, enabled) values (${clinic.id}, 'checkAvailability', false)
    on conflict (org_id, tool_name) do update set enabled = false`;
  const { result } = await clinic.call("checkAvailability", {}, { assistantId });
  assert.equal(result.message, "Das kann ich hier nicht tun. Bitte rufen Sie das Praxisteam an.");
});

Deno.test("what is said in full, and an unknown language", async () => {
  const clinic = await world.open();
  const spanish = await agentOf(clinic, "es-MX");
  assert.match(
    String((await spanish("cancelAppointment", {})).message),
    /^¿Con qué número de teléfono está la cita\?$/,
  );
  const italian = await agentOf(clinic, "it");
  assert.equal(
    (await italian("cancelAppointment", {})).message,
    "Under which phone number is the appointment?",
  );
});
