/** Whether an utterance is nothing but a phrase for something. Needs only the words of those phrases. */
import { lazy } from "../../lazy.ts";
import { normalize, phrasesOf, wordsOf } from "./normalize.ts";

/** Built with the first utterance, from a table's entries in every language. */
export type PhraseSet = () => ReadonlySet<string>;

export function phraseSet(entries: () => readonly string[]): PhraseSet {
  return lazy(() => new Set(entries().flatMap(phrasesOf)));
}

/**
 * True if everything that was said is such a phrase in any language, apart from polite words around it. Models mix languages, especially
 * with English, and these phrases mean the same wherever they are known.
 */
export function isPhrase(text: string, phrases: PhraseSet): boolean {
  const said = wordsOf(text);
  return said !== "" && (phrases().has(said) || phrases().has(withoutManners(said)));
}

/** Said around an answer in any language. */
const MANNERS =
  /^(?:(?:um|uh|er|oh|well|so|the|just|eh|euh|ah|ahm|el|la|le|de|o|a)\s)+|\s(?:please|thanks|thank you|por favor|gracias|merci|svp|s il vous plait|bitte|danke|obrigado|obrigada|is fine|works|will do)$/g;

function withoutManners(said: string): string {
  return said.replace(MANNERS, "").trim();
}

const answer = (name: keyof Answers) =>
  phraseSet(() => Object.values(answers).map((each) => each[name]));

const yes = answer("yes");
const no = answer("no");
const nothing = answer("nothing");
const anything = answer("anything");
const somebody = answer("somebody");

/** True if nothing was given, as if the field had been left out: "none", "N/A", "-". */
export function isNothing(text: string): boolean {
  const isOnlyMarks = !/[\p{L}\p{N}]/u.test(normalize(text));
  return isOnlyMarks || isPhrase(text, nothing);
}

/** True for "no preference", "anyone", "first available": where there is a choice, it is left to us. */
export function isAnything(text: string): boolean {
  return isPhrase(text, anything);
}

/** True for a person without a name: "me", "my son", "Mr". */
export function isSomebody(text: string): boolean {
  return isPhrase(text, somebody);
}

/** Said before a name by people who give theirs. */
const INTRODUCTION =
  /^(?:(?:uh|um|yes|hi|hello|sí|oui|ja|sim)[,.]?\s+)?(?:(?:my|the|patient|patient's|full|their|his|her)\s+(?:full\s+)?name(?:\s+is|'s|’s)|(?:patient\s+)?name\s*:|it['’]s|it is|this is|i['’]m|i am|(?:mi|su|el)\s+nombre(?:\s+completo)?\s+es|me llamo|soy|se llama|nombre\s*:|mon nom est|je m['’]appelle|je suis|moi c['’]est|c['’]est|nom\s*:|(?:mein|der)\s+name ist|ich hei(?:ß|ss)e|ich bin|(?:er|sie) hei(?:ß|ss)t|o?\s*(?:meu|seu) nome é|(?:eu )?me chamo|eu sou|sou (?:o|a)|nome\s*:)\s*[,:]?\s+(?=\p{L}{2})/iu;

/** The name in "my name is Jane Roe". */
export function withoutIntroduction(name: string): string {
  return name.replace(INTRODUCTION, "");
}

/** Yes or no as people say them and models write them; null for anything else. */
export function readYesOrNo(text: string): boolean | null {
  // "1.0" is how some models write 1.
  const said = text.trim().replace(/^([01])\.0+$/, "$1");
  const [isYes, isNo] = [isPhrase(said, yes), isPhrase(said, no)];
  return isYes === isNo ? null : isYes;
}

/**
 * Answers of one or two words, in each language: kept here and not with the languages' other words, because every argument may be one of
 * them, and a name is read before anything else is loaded. Written as in `languages/language.ts`.
 */
export interface Answers {
  readonly yes: string;
  readonly no: string;
  /** Nothing was said, in words: "none", "not provided". */
  readonly nothing: string;
  /** No preference where there is a choice: "no preference", "anyone". */
  readonly anything: string;
  /** A person without their name: "me", "my son". */
  readonly somebody: string;
}

/** By language. */
export const answers: Readonly<Record<string, Answers>> = {
  en: {
    yes:
      "yes|y|yeah|yep|yup|true|t|1|on|ok|okay|sure|please|yes please|of course|correct|right|affirmative|absolutely|definitely|certainly|yes it is|i do|please do|uh huh",
    no:
      "no|n|nope|nah|false|f|0|off|no thanks|no thank you|not|don't|do not|negative|never|not really|please don't",
    nothing:
      "none|n/a|na|n.a.|null|nil|undefined|nothing|not provided|not given|not specified|not available|not applicable|unknown|unspecified|no|empty|blank|not known|don't know|i don't know|not sure|unsure|no email|no e-mail|doesn't have one|does not have one|no phone|no notes|none provided|none given|not stated|not mentioned|tbd|?|skip|declined|refused|prefer not to say|i don't have one|no answer|no number|not applicable|no value|don't have one|do not have one|missing|not set|absent|nan|no name|not yet provided|to be provided|withheld|string|name|full name|patient name|your name|first name last name|name here|insert name|placeholder|caller|the caller|customer|the customer|user|patient|the patient",
    anything:
      "any|anyone|anybody|any one|either|either one|no preference|no preferences|no particular preference|first available|next available|whoever|whoever is available|whoever is free|whichever|whatever|doesn't matter|does not matter|it doesn't matter|don't care|i don't care|i don't mind|don't mind|not important|any doctor|any provider|any dentist|any available|anyone available|any calendar|anything|no one in particular|nobody in particular|someone|anyone is fine|any is fine|whoever has time|flexible|any available provider|any available doctor|first free|soonest available|earliest available|you choose|you decide|up to you|your choice|any service|any therapist|no one specific|nobody specific|default|the default|usual|the usual|the usual one|the usual visit|auto|automatic|automatically|all|no particular|whoever is available first|whoever can see me first",
    somebody:
      "me|myself|i|self|just me|for me|for myself|him|her|them|my son|my daughter|my wife|my husband|my mother|my mom|my mum|my father|my dad|my child|my kid|my baby|my partner|my brother|my sister|my friend|my boss|my client|mr|mrs|ms|miss|dr|doctor|sir|madam|ma'am|anonymous|same|the same|same name|same patient|same person|same as before|as before|the one on file",
  },
  es: {
    yes:
      "sí|si|claro|vale|correcto|exacto|por supuesto|sí por favor|verdadero|cierto|desde luego|bueno|de acuerdo|seguro",
    no: "no|no gracias|nunca|falso|para nada|negativo|de ninguna manera",
    nothing:
      "ninguno|ninguna|nada|ningún|no hay|no tengo|no tiene|no sé|no lo sé|desconocido|desconocida|no disponible|no proporcionado|no especificado|sin correo|sin email|sin datos|vacío|no aplica|nulo|no indicado|no se indicó|no facilitado|no lo tengo",
    anything:
      "cualquiera|cualquier|sin preferencia|ninguna preferencia|me da igual|da igual|no importa|indiferente|el que sea|la que sea|quien sea|el primero disponible|la primera disponible|primero disponible|primer disponible|el que esté libre|el que esté disponible|cualquier doctor|cualquier médico|el primero|no tengo preferencia|usted elige|el que usted diga|quien esté disponible",
    somebody:
      "yo|yo mismo|yo misma|para mí|mi hijo|mi hija|mi esposa|mi esposo|mi mujer|mi marido|mi madre|mi mamá|mi padre|mi papá|mi hermano|mi hermana|mi amigo|mi amiga|señor|señora|señorita|anónimo|el mismo|la misma|él|ella",
  },
  fr: {
    yes:
      "oui|ouais|bien sûr|d'accord|vrai|exact|tout à fait|oui s'il vous plaît|volontiers|c'est ça|absolument|correct",
    no: "non|non merci|faux|pas du tout|jamais|surtout pas|pas question",
    nothing:
      "aucun|aucune|rien|néant|pas de|pas d'e-mail|je ne sais pas|inconnu|inconnue|non fourni|non renseigné|non précisé|non spécifié|non disponible|sans|vide|sans objet|pas fourni|non communiqué|je n'en ai pas|non",
    anything:
      "n'importe qui|n'importe lequel|n'importe laquelle|peu importe|pas de préférence|aucune préférence|sans préférence|le premier disponible|la première disponible|premier disponible|ça m'est égal|cela m'est égal|indifférent|n'importe|comme vous voulez|n'importe quel médecin|qui est disponible|le premier",
    somebody:
      "moi|moi-même|pour moi|mon fils|ma fille|ma femme|mon mari|ma mère|mon père|mon frère|ma sœur|ma soeur|mon ami|mon amie|monsieur|madame|mademoiselle|anonyme|le même|la même|lui|elle",
  },
  de: {
    yes:
      "ja|jo|jawohl|klar|gern|gerne|richtig|genau|stimmt|wahr|ja bitte|natürlich|in Ordnung|sicher|selbstverständlich|auf jeden Fall",
    no: "nein|nö|nee|falsch|nein danke|niemals|nicht|auf keinen Fall|keinesfalls|lieber nicht",
    nothing:
      "keine|keiner|keins|keines|kein|nichts|nicht bekannt|unbekannt|nicht angegeben|weiß nicht|weiß ich nicht|ich weiß nicht|leer|entfällt|nicht vorhanden|keine Angabe|k.A.|habe ich nicht|keine E-Mail|ohne|nicht genannt|nein|unbestimmt",
    anything:
      "egal|irgendeiner|irgendwer|irgendjemand|keine Präferenz|beliebig|ist mir egal|wer frei ist|jeder|wer gerade frei ist|der erste freie|egal wer|ganz egal|der nächste freie|Sie entscheiden|wer Zeit hat|ist egal|erster freier|mir egal|alle|das ist mir egal",
    somebody:
      "ich|mich|ich selbst|für mich|mein Sohn|meine Tochter|meine Frau|mein Mann|meine Mutter|mein Vater|mein Bruder|meine Schwester|mein Freund|meine Freundin|Herr|Frau|anonym|derselbe|dieselbe|der gleiche|ihn",
  },
  pt: {
    yes:
      "sim|claro|certo|correto|com certeza|verdadeiro|sim por favor|pode|isso|exato|está bem|tá bom|tudo bem",
    no: "não|não obrigado|não obrigada|nunca|falso|de jeito nenhum|negativo",
    nothing:
      "nenhum|nenhuma|nada|não tem|não tenho|não sei|desconhecido|desconhecida|não informado|não disponível|não fornecido|sem e-mail|sem email|vazio|não se aplica|nulo|não especificado|não possui|não sabe|não",
    anything:
      "qualquer|qualquer um|qualquer uma|tanto faz|sem preferência|nenhuma preferência|não importa|quem estiver disponível|quem estiver livre|o primeiro disponível|primeiro disponível|a primeira disponível|indiferente|qualquer médico|não tenho preferência|qualquer pessoa|quem for",
    somebody:
      "eu|eu mesmo|eu mesma|para mim|meu filho|minha filha|minha esposa|meu esposo|meu marido|minha mulher|minha mãe|meu pai|meu irmão|minha irmã|meu amigo|minha amiga|senhor|senhora|anônimo|o mesmo|a mesma|ele|ela",
  },
};
