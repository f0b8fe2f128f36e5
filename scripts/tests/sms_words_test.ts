/** What people text to a number that nobody reads: opt-outs are understood, and nothing else is taken for one. */
import assert from "node:assert/strict";
import { newPhone, outboxWorld } from "./support/outbox_world.ts";

const world = outboxWorld({ twilio: { delivers: false } });

async function keywords(texts: readonly string[]): Promise<Record<string, string | null>> {
  const rows = await world.stack.sql<{ text: string; keyword: string | null }[]>`
    select text, private.sms_keyword(text) as keyword from unnest(${[...texts]}::text[]) text`;
  return Object.fromEntries(rows.map(({ text, keyword }) => [text, keyword]));
}

const STOP = [
  ...[
    "Please stop",
    "STOP\n\nSent from my iPhone",
    "stop texting me",
    "Stop!!!",
    "STOP ALL",
    "pls stop sending me these messages",
  ],
  ...[
    "Unsubscribe me",
    "please unsubscribe",
    "Don't text me again",
    "no more texts",
    "Take me off your list",
    "I want to opt out",
  ],
  ...[
    "can you stop messaging me",
    "I don't want to receive messages",
    "Hi, stop please",
    "opt-out",
    "remove me from this list",
  ],
  ...[
    "ARRET",
    "Arrêt",
    "arrêtez de m'envoyer des sms",
    "je ne veux plus recevoir de messages",
    "me désabonner",
    "STOP svp",
  ],
  ...[
    "Stopp",
    "bitte stoppen",
    "keine SMS mehr",
    "bitte keine Nachrichten mehr schicken",
    "Hören Sie auf",
    "abmelden",
    "Stop bitte",
  ],
  ...[
    "BAJA",
    "por favor no me escriban más",
    "dejen de enviarme mensajes",
    "quiero darme de baja",
    "no quiero recibir más mensajes",
  ],
  ...[
    "PARAR",
    "pare de me enviar mensagens",
    "não quero receber mensagens",
    "SAIR",
    "por favor parem",
    "cancelar",
  ],
  ...[
    "wrong number, please remove me",
    "delete my number",
    "I revoke consent",
    "I no longer wish to receive texts",
    "CEASE",
    "unsub",
    "no me escriban",
    "ya no quiero mensajes",
    "baja por favor",
    "bórrenme de la lista",
    "supprimez mon numéro",
    "annuler les sms",
    "löschen Sie meine Nummer",
    "austragen",
    "me tire da lista",
    "não envie mais",
  ],
];

const OTHER = [
  ...[
    "don't stop by before noon",
    "Can I stop by?",
    "Stop by at noon?",
    "Cancel my appointment please",
    "the end",
    "Please don't stop texting me",
  ],
  ...[
    "cancel my appointment",
    "I can't make it tomorrow",
    "Is there a bus stop nearby?",
    "I never said stop",
    "thanks!",
    "",
    "👍",
    "see you at the end of the day",
  ],
  ...[
    "Can I get a text message when you open?",
    "start texting me",
    "quit smoking program?",
  ],
  ...["Para mañana a las 3", "Quiero cancelar mi cita", "no paren de enviarme mensajes"],
  ...["où est l'arrêt de bus ?", "je veux annuler mon rendez-vous", "Bonjour, je serai en retard"],
  ...[
    "Ich habe keine Nachricht bekommen",
    "Termin bitte stornieren",
    "bis Ende der Woche",
    "Ich komme später",
  ],
  ...[
    "the pain won't stop",
    "should I stop taking the pills?",
    "remove my stitches",
    "wrong number",
    "delete my appointment",
    "basta con media hora?",
    "cancelar cita",
    "Stop an der Ampel, komme später",
    "Termin löschen",
    "arrêt de travail",
    "pare o remédio?",
    "sair do trabalho às 5",
  ],
  ...["quero cancelar minha consulta", "vou chegar mais tarde", "não pare de me enviar mensagens"],
];

Deno.test("a text that asks for no more messages opts out, in five languages", async () => {
  const missed = Object.entries(await keywords(STOP)).filter(([, keyword]) => keyword !== "stop");
  assert.deepEqual(missed, []);
});

Deno.test("a text about anything else doesn't", async () => {
  const taken = Object.entries(await keywords(OTHER)).filter(([, keyword]) => keyword !== null);
  assert.deepEqual(taken, []);
});

Deno.test("help is requested in five languages", async () => {
  const asked = await keywords(["Help", "INFO", "Ayuda", "aide?", "Hilfe!", "AJUDA"]);
  assert.deepEqual([...new Set(Object.values(asked))], ["help"]);
});

Deno.test("any other text gets one answer a day, that nobody reads it, with the clinic's phone", async () => {
  const clinic = await world.clinic();
  const to = await clinic.patient();
  await clinic.queue({ to });
  await world.drain();
  assert.equal(
    await world.twilio.receive({ from: to, body: "Cancel my appointment please" }),
    `Nobody reads messages to this number. Please call ${clinic.name} at +15550100100.`,
  );
  assert.equal(await world.twilio.receive({ from: to, body: "Hello?" }), null);
  await world.stack.sql`update private.text_answers set answered_at = now() - interval '25 hours'`;
  assert.match(await world.twilio.receive({ from: to, body: "Hello?" }) ?? "", /^Nobody reads/);
  assert.match(
    await world.twilio.receive({ from: newPhone(), body: "Who is this?" }) ?? "",
    /call the clinic\.$/,
  );
});
