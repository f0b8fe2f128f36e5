/** What callers say in five languages, kind by kind: what the readers make of it, or that they ask. Said on Saturday, November 28, 2026, in New York. */
import assert from "node:assert/strict";
import { readCode } from "../../shared/tools/readers/digits.ts";
import { readDate } from "../../shared/tools/readers/date.ts";
import { readEmail } from "../../shared/tools/readers/email.ts";
import { readPhone } from "../../shared/tools/readers/phone.ts";
import { readTime } from "../../shared/tools/readers/time.ts";
import { readRequestedDay, readRequestedTime } from "../../shared/tools/readers/requested.ts";
import type { Reading, ReadingContext } from "../../shared/tools/reading.ts";
import { CONTEXT } from "./support/readers/context.ts";

type Reader = (said: string, context: ReadingContext) => Reading<string> | Promise<Reading<string>>;

const ASKED = "asked";

/** Language, and the country of the clinic if not the United States; what was said, and its meaning. */
type Case = [where: string, said: string, meant: string];

const TIMES: Case[] = [
  ["en", "2 PM EST", "14:00"],
  ["en", "2pm Eastern", "14:00"],
  ["en", "2 PM (Eastern Time)", "14:00"],
  ["en", "14:00 GMT-5", "14:00"],
  ["en", "2 PM PST", ASKED],
  ["en", "19:00 UTC", ASKED],
  ["en", "quarter to three", "14:45"],
  ["en", "half three", "15:30"],
  ["en-GB", "half two", "14:30"],
  ["en", "noon", "12:00"],
  ["en", "noonish", "12:00"],
  ["en", "12:00 noon", "12:00"],
  ["en", "3:30 p", "15:30"],
  ["en", "midnight", "00:00"],
  ["en", "9 AM sharp", "09:00"],
  ["en", "2 to 3", ASKED],
  ["en", "between 2 and 3", ASKED],
  ["en", "2-3 pm", ASKED],
  ["en", "five minutes to three", "14:55"],
  ["en", "ten to three", "14:50"],
  ["en", "two to three", ASKED],
  ["de", "dreiviertel drei", "14:45"],
  ["de", "Dreiviertel 3", "14:45"],
  ["de", "viertel vor drei", "14:45"],
  ["de", "halb drei", "14:30"],
  ["de", "fünf nach halb drei", "14:35"],
  ["de", "Viertel drei", ASKED],
  ["de-DE", "14 Uhr MEZ", ASKED],
  ["es", "las tres y media", "15:30"],
  ["es", "las tres menos cuarto", "14:45"],
  ["es", "veinte para las cuatro", "15:40"],
  ["es", "a las dos hora del este", "14:00"],
  ["es", "a las dos hora del Pacífico", ASKED],
  ["fr", "trois heures et quart", "15:15"],
  ["fr", "quatre heures moins le quart", "15:45"],
  ["fr", "quinze heures", "15:00"],
  ["fr", "midi et demi", "12:30"],
  ["fr", "14h heure de Paris", ASKED],
  ["fr", "de 14h à 15h", ASKED],
  ["fr", "14h-15h", ASKED],
  ["fr", "14 à 15h", ASKED],
  ["es", "de 2 a 3", ASKED],
  ["es", "las tres y diez", "15:10"],
  ["de", "von 14 bis 15 Uhr", ASKED],
  ["pt", "das 14h às 15h", ASKED],
  ["pt", "três e meia da tarde", "15:30"],
  ["pt", "quinze para as três", "14:45"],
  ["pt", "meio-dia e meia", "12:30"],
  ["pt", "dez para as quatro", "15:50"],
];

const DATES: Case[] = [
  ["en", "tomorrow at 2 PM EST", "2026-11-29 14:00"],
  ["en", "2026-12-18 10:00 PST", ASKED],
  ["en", "Fri Dec 18 2026 10:00:00 GMT-0500 (Eastern Standard Time)", "2026-12-18 10:00"],
  ["en", "a week from Friday", "2026-12-11"],
  ["en", "Friday week", "2026-12-11"],
  ["en", "the first Monday in December", "2026-12-07"],
  ["en", "the fifth Monday in December", ASKED],
  ["en", "early next week", ASKED],
  ["en", "by Friday", ASKED],
  ["en", "Monday or Tuesday", ASKED],
  ["en", "12/1", ASKED],
  ["en-GB", "1/12", ASKED],
  ["en", "the 31st", ASKED],
  ["en", "November 31", ASKED],
  ["en", "1 Dec 26", "2026-12-01"],
  ["en", "Dec 1 '26", "2026-12-01"],
  ["en", "Wednesday, Dec 2 at 10", "2026-12-02 10:00"],
  ["en", "tonight at 7", "2026-11-28 19:00"],
  ["en", "noon tomorrow", "2026-11-29 12:00"],
  ["en", "this Friday", "2026-12-04"],
  ["en", "this Saturday", ASKED],
  ["en", "the third of next month", "2026-12-03"],
  ["en", "the 15th of this month", ASKED],
  ["en", "20261204T1000", "2026-12-04 10:00"],
  ["en", "2026-12-25T05:00:00.000Z", "2026-12-25"],
  ["es", "el 3 del mes que viene", "2026-12-03"],
  ["fr", "le 3 du mois prochain", "2026-12-03"],
  ["de", "am dritten nächsten Monats", "2026-12-03"],
  ["pt", "a primeira segunda-feira de dezembro", "2026-12-07"],
  ["es", "viernes en ocho", "2026-12-11"],
  ["es", "de hoy en ocho", "2026-12-05"],
  ["es", "mañana a las tres de la tarde", "2026-11-29 15:00"],
  ["es", "el 31", ASKED],
  ["es", "31 de noviembre", ASKED],
  ["fr", "demain à trois heures et quart", "2026-11-29 15:15"],
  ["fr", "vendredi en huit", "2026-12-11"],
  ["fr", "d'aujourd'hui en huit", "2026-12-05"],
  ["fr", "ce soir à sept heures", "2026-11-28 19:00"],
  ["fr", "le 31", ASKED],
  ["fr", "demain de 14h à 15h", "2026-11-29"],
  ["fr", "mardi 1 à 10h", "2026-12-01 10:00"],
  ["es", "martes 1 a las 10", "2026-12-01 10:00"],
  ["de-DE", "am ersten zwölften", "2026-12-01"],
  ["de", "Montagnachmittag", "2026-11-30"],
  ["de", "Freitag in acht Tagen", "2026-12-11"],
  ["de", "Dienstag in einer Woche", "2026-12-08"],
  ["de", "den 31. November", ASKED],
  ["pt", "amanhã às três da tarde", "2026-11-29 15:00"],
  ["pt", "de hoje a oito", "2026-12-05"],
  ["pt", "primeiro de dezembro às 10h", "2026-12-01 10:00"],
  ["pt", "dia 31", ASKED],
  ["pt", "31 de novembro", ASKED],
];

const WISHES: Case[] = [
  ["en", "2026-12", "2026-12-01 until 2026-12-31"],
  ["en", "any afternoon next week", "2026-11-30 until 2026-12-06"],
  ["fr", "n'importe quel après-midi", "nothing"],
  ["de", "irgendein Nachmittag", "nothing"],
  ["de", "diese Woche noch", "2026-11-28 until 2026-11-29"],
  ["en", "early next week", "2026-11-30 until 2026-12-02"],
  ["en", "the end of next week", "2026-12-03 until 2026-12-06"],
  ["en", "early December", "2026-12-01 until 2026-12-10"],
  ["en", "the week after next", "2026-12-07 until 2026-12-13"],
  ["en", "Monday through Friday", "2026-11-30 until 2026-12-04"],
  ["en", "between Monday and Wednesday", "2026-11-30 until 2026-12-02"],
  ["en", "Monday or Tuesday", "2026-11-30 until 2026-12-01"],
  ["en", "Monday or Thursday", ASKED],
  ["en", "by Friday", "2026-11-28 until 2026-12-04"],
  ["en", "before Friday", "2026-11-28 until 2026-12-03"],
  ["en", "within two weeks", "2026-11-28 until 2026-12-12"],
  ["es", "a principios de la semana que viene", "2026-11-30 until 2026-12-02"],
  ["es", "entre el lunes y el miércoles", "2026-11-30 until 2026-12-02"],
  ["es", "cualquier tarde", "nothing"],
  ["fr", "début de semaine prochaine", "2026-11-30 until 2026-12-02"],
  ["fr", "de lundi à mercredi", "2026-11-30 until 2026-12-02"],
  ["fr", "avant vendredi", "2026-11-28 until 2026-12-03"],
  ["de", "Anfang nächster Woche", "2026-11-30 until 2026-12-02"],
  ["de", "Montag bis Mittwoch", "2026-11-30 until 2026-12-02"],
  ["de", "Montag oder Dienstag", "2026-11-30 until 2026-12-01"],
  ["pt", "no início da semana que vem", "2026-11-30 until 2026-12-02"],
  ["pt", "de segunda a quarta", "2026-11-30 until 2026-12-02"],
  ["pt", "até sexta", "2026-11-28 until 2026-12-04"],
];

const HOURS: Case[] = [
  ["en", "after 3pm", "15:00"],
  ["en", "before 11", "11:00"],
  ["es", "a partir de las cuatro", "16:00"],
  ["fr", "après 16h", "16:00"],
  ["de", "ab 16 Uhr", "16:00"],
  ["pt", "depois das 16h", "16:00"],
  ["en", "before noon", "nothing"],
  ["en", "first thing in the morning", "nothing"],
  ["en", "after work", "nothing"],
  ["es", "por la tarde", "nothing"],
  ["fr", "dans l'après-midi", "nothing"],
  ["de", "am Vormittag", "nothing"],
  ["pt", "de manhã", "nothing"],
  ["en", "after 3", "15:00"],
];

const PHONES: Case[] = [
  ["en", "+1-202-555-O142", "+12025550142"],
  ["de-DE", "0170 O123 4567", "+4917001234567"],
  ["en", "the phone number I'm calling from", "+12025550222"],
  ["es", "el de esta llamada", "+12025550222"],
  ["en", "two oh two double five five oh one four two", "+12025550142"],
  ["en", "eight hundred five five five oh one four two", "+18005550142"],
  ["en", "two oh two, five fifty-five, zero one forty-two", "+12025550142"],
  ["en", "call me on 202-555-0142", "+12025550142"],
  ["en", "202-555-0142 x12", ASKED],
  ["en", "202 555 01423", ASKED],
  ["en", "202 555 014", ASKED],
  ["en", "the same one", "+12025550222"],
  ["en", "2025550142.0", "+12025550142"],
  ["en", "my cell", ASKED],
  ["es", "doscientos dos cinco cinco cinco cero uno cuatro dos", "+12025550142"],
  [
    "es-ES",
    "seiscientos doce trescientos cuarenta y cinco seiscientos setenta y ocho",
    "+34612345678",
  ],
  ["es", "202 555 0142 extensión 12", ASKED],
  ["es", "el mismo número", "+12025550222"],
  [
    "fr-FR",
    "zéro six douze trente-quatre cinquante-six quatre-vingt-dix-huit",
    "+33612345698",
  ],
  ["fr-FR", "06 12 34 56 78 poste 12", ASKED],
  ["fr", "le numéro depuis lequel j'appelle", "+12025550222"],
  [
    "de-DE",
    "null eins fünf eins zwei drei vier fünf sechs sieben acht neun",
    "+4915123456789",
  ],
  ["de-DE", "030 123456 Durchwahl 12", ASKED],
  ["de", "dieselbe Nummer", "+12025550222"],
  ["pt-BR", "onze nove meia um dois três quatro cinco meia oito", "+5511961234568"],
  ["pt-BR", "11 91234-5678 ramal 12", ASKED],
  ["pt", "o número de onde estou ligando", "+12025550222"],
];

const EMAILS: Case[] = [
  ["en", "none@none.com", "nothing"],
  ["en", "noemail@example.com", "nothing"],
  ["en", "test@test.com", "nothing"],
  ["en", "smith@smith.org", "smith@smith.org"],
  ["en", "test@example.com", "test@example.com"],
  ["en", "J-A-N-E at example dot com", "jane@example.com"],
  ["en", "j-a-n-e@example.com", "j-a-n-e@example.com"],
  ["en", "jane at the rate example dot com", "jane@example.com"],
  ["en", "jane@example.com (work)", "jane@example.com"],
  ["en", "jane roe at example dot com", ASKED],
  ["en", "jane underscore one at example dot com", ASKED],
  ["en", "jane1 at example dot com", "jane1@example.com"],
  ["es", "juan punto roe arroba example punto com", "juan.roe@example.com"],
  ["es", "juan guión bajo roe arroba example punto es", "juan_roe@example.es"],
  ["fr", "jean point roe chez example point fr", "jean.roe@example.fr"],
  ["fr", "jean tiret du bas roe a commercial example point fr", "jean_roe@example.fr"],
  ["fr", "jean tiret du 6 roe arobase example point fr", "jean-roe@example.fr"],
  ["de", "hans Unterstrich roe Klammeraffe example Punkt de", "hans_roe@example.de"],
  ["de", "hans Bindestrich roe ät example Punkt de", "hans-roe@example.de"],
  ["de", "hans Punkt müller at example Punkt de", ASKED],
  ["pt", "ana ponto roe arroba example ponto com ponto br", "ana.roe@example.com.br"],
  ["pt", "ana sublinhado roe arroba example ponto com", "ana_roe@example.com"],
];

const CODES: Case[] = [
  ["en", "double five double six double seven", "556677"],
  ["en", "oh one oh two oh three", "010203"],
  ["en", "my code is 1 2 3, 4 5 6", "123456"],
  ["en", "one hundred twenty three four hundred fifty six", "123456"],
  ["es", "el código es ciento veintitrés cuatrocientos cincuenta y seis", "123456"],
  ["fr", "cent vingt-trois quatre cent cinquante-six", "123456"],
  ["de", "hundertdreiundzwanzig vierhundertsechsundfünfzig", "123456"],
  ["pt", "meia meia um dois três quatro", "661234"],
  ["en", "12345", ASKED],
];

function told(reading: Reading<string>): string {
  if (reading.kind === "question") return ASKED;
  if (reading.kind === "nothing") return "nothing";
  const { time, until } = reading.also ?? {};
  return reading.value + (until ? ` until ${until}` : time ? ` ${time}` : "");
}

function hold(reader: string, read: Reader, cases: readonly Case[]): void {
  for (const [where, said, meant] of cases) {
    Deno.test(`${reader}() in ${where}: "${said}" is ${meant}`, async () => {
      const [language, country = "US"] = where.split("-");
      const context = {
        ...CONTEXT,
        language: language ?? "en",
        country,
        callerNumber: "+12025550222",
      };
      assert.equal(told(await read(said, context)), meant);
    });
  }
}

hold("readTime", readTime, TIMES);
hold("readDate", readDate, DATES);
hold("readRequestedDay", readRequestedDay, WISHES);
hold("readRequestedTime", readRequestedTime, HOURS);
hold("readPhone", readPhone, PHONES);
hold("readEmail", readEmail, EMAILS);
hold("readCode", readCode, CODES);
