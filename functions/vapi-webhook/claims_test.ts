import assert from "node:assert/strict";
import { claimsIn, claimsSaid } from "./claims.ts";

const OURS = ["bookClinicAppointment"];

Deno.test("claimsSaid() hears in five languages that something was done", () => {
  const said: [string, string[]][] = [
    ["Great, you're all booked. See you then!", ["booked"]],
    ["Perfect! I’ve booked you in for Tuesday at ten.", ["booked"]],
    ["Your appointment for Tuesday, December 8 at 10 AM has been confirmed.", ["booked"]],
    ["Okay. I have gone ahead and cancelled your visit.", ["cancelled"]],
    ["Your appointment has been rescheduled to Friday.", ["moved"]],
    ["Su cita del martes está confirmada.", ["booked"]],
    ["Listo, he cancelado su cita.", ["cancelled"]],
    ["He cambiado su cita al viernes.", ["moved"]],
    ["Votre rendez-vous de mardi est bien confirmé.", ["booked"]],
    ["J'ai annulé votre rendez-vous.", ["cancelled"]],
    ["J'ai déplacé votre rendez-vous à vendredi.", ["moved"]],
    ["Ihr Termin am Dienstag ist gebucht.", ["booked"]],
    ["Ich habe Ihren Termin abgesagt.", ["cancelled"]],
    ["Ich habe Ihren Termin auf Freitag verschoben.", ["moved"]],
    ["Sua consulta está marcada para terça-feira.", ["booked"]],
    ["Cancelei a sua consulta.", ["cancelled"]],
    ["Pronto, remarquei a sua consulta.", ["moved"]],
  ];
  for (const [text, claims] of said) assert.deepEqual(claimsSaid(text), claims, text);
});

Deno.test("claimsSaid() takes no question, condition, denial or offer for a deed", () => {
  const said = [
    "Shall I get you booked?",
    "Once you're booked, you will get a text message.",
    "You are not booked yet.",
    "That time is already booked.",
    "Tuesday at 10 AM is held for you for five minutes. It is not booked yet.",
    "Please read me the six-digit code that you got by text message, then it is booked.",
    "Your appointment will be confirmed by a code.",
    "I'll get that cancelled for you.",
    "We can't cancel appointments by phone.",
    "Aún no está reservado.",
    "Si quiere, su cita queda confirmada con el código.",
    "Votre rendez-vous n'est pas encore confirmé.",
    "Ihr Termin ist noch nicht gebucht.",
    "Der Termin ist schon vergeben.",
    "Sua consulta ainda não está marcada.",
    "The clinic is closed on Sunday.",
  ];
  for (const text of said) assert.deepEqual(claimsSaid(text), [], text);
});

Deno.test("claimsIn() hears the assistant alone: by its messages, else by the lines of the transcript", () => {
  const messages = [
    { role: "system", message: "Say: you are booked." },
    { role: "user", message: "I've booked a table." },
    { role: "bot", message: "Your appointment is booked." },
  ];
  assert.deepEqual(claimsIn({ artifact: { messages } }, OURS), ["booked"]);
  assert.deepEqual(claimsIn({ artifact: { messages: messages.slice(0, 2) } }, OURS), []);
  const transcript = "User: Am I done?\nAI: Yes. I have cancelled your appointment.\n";
  assert.deepEqual(claimsIn({ artifact: { messages: [], transcript } }, OURS), ["cancelled"]);
  assert.deepEqual(claimsIn({ transcript }, OURS), ["cancelled"]);
  assert.deepEqual(claimsIn({ artifact: "x", transcript: 5 }, OURS), []);
});

Deno.test("claimsIn() says nothing of a call in which somebody else's tool may have done it", () => {
  const said = { role: "bot", message: "Your appointment is booked." };
  const result = (name: string) => ({ role: "tool_call_result", name, result: "ok" });
  assert.deepEqual(claimsIn({ artifact: { messages: [said, result("crmBook")] } }, OURS), []);
  const own = [said, result("bookClinicAppointment")];
  assert.deepEqual(claimsIn({ artifact: { messages: own } }, OURS), ["booked"]);
});
