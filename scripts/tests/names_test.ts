/** Names as callers say them, and as transcripts and models write them. */
import assert from "node:assert/strict";
import { clinics } from "./support/clinic.ts";

const world = clinics();

async function match(names: string[], said: string): Promise<string[]> {
  const [row] = await world.stack.sql<
    { names: string[] }[]
  >`select private.match_names(${names}, ${said}) as names`;
  assert.ok(row);
  return row.names;
}

const PEOPLE = [
  "Dr. Adams",
  "Dr. Wu",
  "Dr. Ng",
  "Prof. Jürgen Müller",
  "Dr. Patrick O'Brien",
  "Dr. José Núñez",
  "Catherine Hall",
  "Li",
  "Dr. Thi Le",
  "Dr. Søren Bjørk",
  "Anna Smith-Jones",
];
const SERVICES = ["Check-up", "Teeth cleaning", "Root canal", "X-ray", "New patient exam"];

const ONE: [names: string[], said: string, meant: string][] = [
  [PEOPLE, "Wu", "Dr. Wu"],
  [PEOPLE, "doctor wu", "Dr. Wu"],
  [PEOPLE, "Dr Ng", "Dr. Ng"],
  [PEOPLE, "ms. li", "Li"],
  [PEOPLE, "Dr. Le", "Dr. Thi Le"],
  [PEOPLE, "Doctor Adams please", "Dr. Adams"],
  [PEOPLE, "Mueller", "Prof. Jürgen Müller"],
  [PEOPLE, "Herr Muller", "Prof. Jürgen Müller"],
  [PEOPLE, "juergen müller", "Prof. Jürgen Müller"],
  [PEOPLE, "Obrien", "Dr. Patrick O'Brien"],
  [PEOPLE, "doctor O’Brien", "Dr. Patrick O'Brien"],
  [PEOPLE, "o brien", "Dr. Patrick O'Brien"],
  [[...PEOPLE, "Dr. O"], "O. Brien", "Dr. Patrick O'Brien"],
  [[...PEOPLE, "Dr. O"], "O´Brien", "Dr. Patrick O'Brien"],
  [[...PEOPLE, "Dr. O"], "Dr. O please", "Dr. O"],
  [PEOPLE, "Dr. Wu's", "Dr. Wu"],
  [PEOPLE, "Dr. Ng’s office", "Dr. Ng"],
  [["Dentist", "Nurse"], "the nurse, please", "Nurse"],
  [PEOPLE, "Nunez", "Dr. José Núñez"],
  [PEOPLE, "Jose\u0301 Nun\u0303ez", "Dr. José Núñez"],
  [PEOPLE, "Katherine", "Catherine Hall"],
  [PEOPLE, "Bjork", "Dr. Søren Bjørk"],
  [PEOPLE, "Soeren", "Dr. Søren Bjørk"],
  [PEOPLE, "Smith Jones", "Anna Smith-Jones"],
  [PEOPLE, "Smithjones", "Anna Smith-Jones"],
  [SERVICES, "checkup", "Check-up"],
  [SERVICES, "a check up", "Check-up"],
  [SERVICES, "checkups", "Check-up"],
  [SERVICES, "cleanings", "Teeth cleaning"],
  [SERVICES, "cleaning of my teeth", "Teeth cleaning"],
  [SERVICES, "xray", "X-ray"],
  [SERVICES, "x rays", "X-ray"],
  [SERVICES, "a root canal treatment", "Root canal"],
];

for (const [names, said, meant] of ONE) {
  Deno.test(`"${said}" is ${meant}`, async () => {
    assert.deepEqual(await match(names, said), [meant]);
  });
}

Deno.test("two names that are near what was said are both returned, to be asked about", async () => {
  assert.deepEqual(await match(["Dr. Anna Wu", "Dr. Ho", "Dr. Peter Wu"], "Dr. Wu"), [
    "Dr. Anna Wu",
    "Dr. Peter Wu",
  ]);
  assert.deepEqual(await match(["Catherine Hall", "Katharine Lee"], "Katherine"), [
    "Catherine Hall",
    "Katharine Lee",
  ]);
  assert.deepEqual(await match(["Teeth cleaning", "Deep cleaning"], "cleanings"), [
    "Teeth cleaning",
    "Deep cleaning",
  ]);
  assert.deepEqual(await match(["Teeth cleaning", "Whitening", "Filling"], "whiten my teeth"), [
    "Teeth cleaning",
    "Whitening",
  ]);
  assert.deepEqual(await match(["Dr. Brown", "Dr. Ann Brown-Lee"], "Brown"), [
    "Dr. Brown",
    "Dr. Ann Brown-Lee",
  ]);
});

Deno.test("the same text is meant, however near another name is", async () => {
  assert.deepEqual(await match(["Cleaning", "Deep cleaning"], "cleaning"), ["Cleaning"]);
  assert.deepEqual(await match(["Dr. Brown", "Dr. Ann Brown-Lee"], "Doctor Brown"), ["Dr. Brown"]);
  assert.deepEqual(await match(["Meier", "Meyer"], "Meyer"), ["Meyer"]);
});

Deno.test("a text that resembles no name matches none", async () => {
  for (const said of ["Dr.", "Brown", "Miller", "Wo", "the", "", "牙医"]) {
    assert.deepEqual(await match(PEOPLE.concat("Dr. Browning"), said), []);
  }
});

Deno.test("a caller books with Dr. Wu, and is asked which Wu if there are two", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Anna Wu', 1), (${clinic.id}, 'Dr. Ng', 2)`;
  const ask = async (provider: string) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), provider })).result;
  assert.equal((await ask("Dr. Wu")).success, true);
  await world.stack
    .sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Peter Wu', 3)`;
  const asked = await ask("Dr. Wu");
  assert.equal(asked.code, "unknown_provider");
  assert.equal(asked.message, "Do you mean Dr. Anna Wu or Dr. Peter Wu?");
  assert.deepEqual(asked.providers, ["Dr. Anna Wu", "Dr. Peter Wu"]);
});

Deno.test("one patient's booking is known again however the name is spelled", async () => {
  const clinic = await world.open();
  const book = async (patientName: string) =>
    (await clinic.call("bookClinicAppointment", {
      patientName,
      patientPhone: "+12025550142",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
    })).result;
  const first = await book("José O'Müller");
  const again = await book("Jose OMueller");
  assert.equal(again.success, true);
  assert.equal(again.appointmentId, first.appointmentId);
});
