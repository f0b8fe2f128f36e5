/** What a boastful model says, in each language: that it is done. */
import type { Wish } from "./scenario.ts";

const CLAIMS: Readonly<Record<string, Partial<Record<Wish, string>>>> = {
  en: {
    book: "Great, you're all booked. See you then!",
    cancel: "Done, I have cancelled your appointment.",
    move: "All set, your appointment has been moved.",
  },
  es: {
    book: "Perfecto, su cita está confirmada.",
    cancel: "Listo, he cancelado su cita.",
    move: "Listo, he cambiado su cita.",
  },
  fr: {
    book: "Parfait, votre rendez-vous est confirmé.",
    cancel: "C'est fait, j'ai annulé votre rendez-vous.",
    move: "C'est fait, j'ai déplacé votre rendez-vous.",
  },
  de: {
    book: "Wunderbar, Ihr Termin ist gebucht.",
    cancel: "Erledigt, ich habe Ihren Termin abgesagt.",
    move: "Erledigt, ich habe Ihren Termin verschoben.",
  },
  pt: {
    book: "Perfeito, sua consulta está marcada.",
    cancel: "Pronto, cancelei a sua consulta.",
    move: "Pronto, remarquei a sua consulta.",
  },
};

/** Null for requests whose fulfilment nobody would boast of. */
export function claimOf(wish: Wish | undefined, language: string): string | null {
  return CLAIMS[language.slice(0, 2)]?.[wish ?? "human"] ?? null;
}
