/**
 * Answers of one word or two, in each language: apart from the languages' other words, because every argument may be one of them, and
 * a name is read before anything else is loaded. Written as in `language.ts`.
 */
export interface Answers {
  readonly yes: string;
  readonly no: string;
  /** Nothing was said, in words: "none", "not provided". */
  readonly nothing: string;
  /** No wish where there is a choice: "no preference", "anyone". */
  readonly anything: string;
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
  },
  es: {
    yes:
      "sí|si|claro|vale|correcto|exacto|por supuesto|sí por favor|verdadero|cierto|desde luego|bueno|de acuerdo|seguro",
    no: "no|no gracias|nunca|falso|para nada|negativo|de ninguna manera",
    nothing:
      "ninguno|ninguna|nada|ningún|no hay|no tengo|no tiene|no sé|no lo sé|desconocido|desconocida|no disponible|no proporcionado|no especificado|sin correo|sin email|sin datos|vacío|no aplica|nulo|no indicado|no se indicó|no facilitado|no lo tengo",
    anything:
      "cualquiera|cualquier|sin preferencia|ninguna preferencia|me da igual|da igual|no importa|indiferente|el que sea|la que sea|quien sea|el primero disponible|la primera disponible|primero disponible|primer disponible|el que esté libre|el que esté disponible|cualquier doctor|cualquier médico|el primero|no tengo preferencia|usted elige|el que usted diga|quien esté disponible",
  },
  fr: {
    yes:
      "oui|ouais|bien sûr|d'accord|vrai|exact|tout à fait|oui s'il vous plaît|volontiers|c'est ça|absolument|correct",
    no: "non|non merci|faux|pas du tout|jamais|surtout pas|pas question",
    nothing:
      "aucun|aucune|rien|néant|pas de|pas d'e-mail|je ne sais pas|inconnu|inconnue|non fourni|non renseigné|non précisé|non spécifié|non disponible|sans|vide|sans objet|pas fourni|non communiqué|je n'en ai pas|non",
    anything:
      "n'importe qui|n'importe lequel|n'importe laquelle|peu importe|pas de préférence|aucune préférence|sans préférence|le premier disponible|la première disponible|premier disponible|ça m'est égal|cela m'est égal|indifférent|n'importe|comme vous voulez|n'importe quel médecin|qui est disponible|le premier",
  },
  de: {
    yes:
      "ja|jo|jawohl|klar|gern|gerne|richtig|genau|stimmt|wahr|ja bitte|natürlich|in Ordnung|sicher|selbstverständlich|auf jeden Fall",
    no: "nein|nö|nee|falsch|nein danke|niemals|nicht|auf keinen Fall|keinesfalls|lieber nicht",
    nothing:
      "keine|keiner|keins|keines|kein|nichts|nicht bekannt|unbekannt|nicht angegeben|weiß nicht|weiß ich nicht|ich weiß nicht|leer|entfällt|nicht vorhanden|keine Angabe|k.A.|habe ich nicht|keine E-Mail|ohne|nicht genannt|nein|unbestimmt",
    anything:
      "egal|irgendeiner|irgendwer|irgendjemand|keine Präferenz|beliebig|ist mir egal|wer frei ist|jeder|wer gerade frei ist|der erste freie|egal wer|ganz egal|der nächste freie|Sie entscheiden|wer Zeit hat|ist egal|erster freier|mir egal|alle|das ist mir egal",
  },
  pt: {
    yes:
      "sim|claro|certo|correto|com certeza|verdadeiro|sim por favor|pode|isso|exato|está bem|tá bom|tudo bem",
    no: "não|não obrigado|não obrigada|nunca|falso|de jeito nenhum|negativo",
    nothing:
      "nenhum|nenhuma|nada|não tem|não tenho|não sei|desconhecido|desconhecida|não informado|não disponível|não fornecido|sem e-mail|sem email|vazio|não se aplica|nulo|não especificado|não possui|não sabe|não",
    anything:
      "qualquer|qualquer um|qualquer uma|tanto faz|sem preferência|nenhuma preferência|não importa|quem estiver disponível|quem estiver livre|o primeiro disponível|primeiro disponível|a primeira disponível|indiferente|qualquer médico|não tenho preferência|qualquer pessoa|quem for",
  },
};
