/** What a caller takes a sentence to ask for, in five languages, judged by its words alone. */
import type { Topic } from "./scenario.ts";

/** Sentences that ask: with a question mark, or by saying what is needed. */
const ASKS =
  /\?|^(i need|please|necesito|léa|por favor|that is not the code|ese no es el código|ce n'est pas le code|das ist nicht der code|esse não é o código|j'ai besoin|il me faut|veuillez|ich brauche|bitte|preciso|leia)|please read|léame|lisez|lesen sie|leia/i;

/** The first pattern that fits a part of a sentence decides its meaning. */
const MEANT: readonly [Topic, RegExp][] = [
  [
    "code",
    /\b(six[- ]digit|six digits|(?<!area )code|código|códig|cifras|chiffres|ziffern|sechsstellig|dígitos)\b/i,
  ],
  ["another", /another patient|otro paciente|autre patient|andere[rn]? patient|outro paciente/i],
  [
    "phone",
    /\b(phone|number you are calling|a number|real phone|direct number|teléfono|número|numéro|téléphone|nummer|telefonnummer|rufnummer|telefone)\b/i,
  ],
  ["email", /e-?mail|correo|adresse (électronique|mail)/i],
  ["name", /\b(name|nombre|nom|nome)\b(?!.*\b(doctor|calendar|médico|médecin)\b)/i],
  [
    "provider",
    /\b(doctor|calendar|whom|con quién|médico|médecin|arzt|bei wem|chez qui|com quem)\b/i,
  ],
  [
    "service",
    /kind of visit|which one would you like|tipo de|type de|art des|cuál desea|lequel|welche/i,
  ],
  ["part", /part of the day|parte del día|partie de la journée|tageszeit|parte do dia/i],
  [
    "time",
    /\b(time of day|heard two times|in the morning or|morning|afternoon|hora|horário|heure|uhrzeit|uhr|new time|appointment time|current time)\b/i,
  ],
  [
    "day",
    /\b(date|day|days|do you mean|is that|fecha|día|quiere decir|jour|voulez-vous dire|datum|tag|meinen sie|data|dia|quer dizer)\b/i,
  ],
  ["notes", /\bnote\b/i],
  ["message", /\b(message|text to send)\b/i],
];

/** Which of several visits is meant is identified by its day. */
const WHICH = /which one\?|¿cuál\?|lequel|laquelle|welche[rn]?\?|qual (deles|delas)?\?/i;

export function asksWhich(text: string): boolean {
  return WHICH.test(text) || /several appointments/i.test(text);
}

function meantBy(part: string): Topic[] {
  const [topic] = MEANT.find(([, pattern]) => pattern.test(part)) ?? [];
  return topic === undefined ? [] : [topic];
}

/** Whether a visit may be under another number. */
export const asksForAnother = (text: string): boolean =>
  /another (phone )?number|otro número|autre numéro|andere[rn]? (telefon)?nummer|outro número/i
    .test(text);

export function topicsAsked(text: string, offers = 0): Topic[] {
  if (offers > 0) return [];
  const sentences = text.split(/(?<=[.?!])\s+/);
  const found = sentences.flatMap((sentence, i) => {
    if (!ASKS.test(sentence)) return [];
    const own = sentence.split(";").flatMap(meantBy);
    // "A code is on its way. Please read it to me."
    return own.length > 0 ? own : meantBy(sentences[i - 1] ?? "");
  });
  return [...new Set(found)];
}
