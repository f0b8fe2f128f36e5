/**
 * How people say in five languages that something is booked, cancelled or moved. Written for one lower-case sentence that is not
 * a question. Missing a claim costs one alert, inventing one costs the trust in all of them: so only plain statements count.
 */
export const CLAIMS = ["booked", "cancelled", "moved"] as const;
export type Claim = typeof CLAIMS[number];

export type ClaimPhrases = Readonly<Record<Claim, RegExp>> & {
  /** Words that mark a sentence as about something that is not so, not yet so, or was so before. */
  readonly hedge: RegExp;
};

/** Not part of a longer word; `\b` does not know accented letters. */
const words = (...alternatives: string[]) =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}])`, "u");

/** A few words in between, in the same clause: mostly the day. */
const few = "(?:[^.;:]{0,60} )?";

const english: ClaimPhrases = {
  hedge: words(
    "not|never|no|once|when|if|until|before|unless|would|could|can|shall|should|will|then|already|let me",
    "\\p{L}+n't|(?:i|we|you|it|that)'ll|about to|going to|ready to|trying to|like to|want to",
  ),
  booked: words(
    "you(?:'re| are) (?:now |all )*(?:booked|scheduled)",
    "you(?:'re| are) all set for",
    "(?:i|we)(?:'ve| have)? (?:just |now |successfully |gone ahead and )*(?:booked|scheduled)",
    `(?:your|the|an) (?:appointment|visit|booking|reservation) ${few}(?:is|has been) (?:now |all |successfully )*(?:booked|scheduled|confirmed)`,
    "(?:that's|it's|all) booked",
  ),
  cancelled: words(
    "(?:i|we)(?:'ve| have)? (?:just |now |successfully |gone ahead and )*cancel+ed",
    `(?:your|the) (?:appointment|visit|booking) ${few}(?:is|has been) (?:now |successfully )*cancel+ed`,
    "(?:that's|it's) cancel+ed",
  ),
  moved: words(
    "(?:i|we)(?:'ve| have)? (?:just |now |successfully |gone ahead and )*(?:moved|rescheduled)",
    `(?:your|the) (?:appointment|visit|booking) ${few}(?:is|has been) (?:now |successfully )*(?:moved|rescheduled)`,
  ),
};

const spanish: ClaimPhrases = {
  hedge: words(
    "no|nunca|si|cuando|una vez|hasta que|antes|aún|todavía|ya|voy a|vamos a|podría|puedo",
  ),
  booked: words(
    `(?:su|tu|la) cita ${few}(?:está|queda|ha quedado|ha sido) ${few}(?:confirmada|reservada|agendada|programada)`,
    "(?:le |te )?(?:he|hemos) (?:reservado|agendado|programado)|(?:le |te )?(?:reservé|agendé)",
  ),
  cancelled: words(
    `(?:su|tu|la) cita ${few}(?:está|queda|ha quedado|ha sido) ${few}(?:cancelada|anulada)`,
    "(?:he|hemos) (?:cancelado|anulado)|(?:cancelé|anulé)",
  ),
  moved: words(
    `(?:su|tu|la) cita ${few}(?:se ha|queda|ha quedado|ha sido) ${few}(?:cambiada|cambiado|movida|movido|reprogramada)`,
    "(?:he|hemos) (?:cambiado|movido|reprogramado) (?:su|tu|la) cita|(?:cambié|moví|reprogramé) (?:su|tu|la) cita",
  ),
};

const french: ClaimPhrases = {
  hedge: words("pas|jamais|si|quand|dès|une fois|avant|déjà|encore|vais|allons|pourrais|peux"),
  booked: words(
    `(?:votre|le) rendez-vous ${few}(?:est|a été) ${few}(?:confirmé|réservé|pris|fixé|enregistré)`,
    "(?:j'ai|nous avons) (?:bien )?(?:réservé|fixé|pris (?:votre|un|le) rendez-vous)",
  ),
  cancelled: words(
    `(?:votre|le) rendez-vous ${few}(?:est|a été) ${few}annulé`,
    "(?:j'ai|nous avons) (?:bien )?annulé",
  ),
  moved: words(
    `(?:votre|le) rendez-vous ${few}(?:est|a été) ${few}(?:déplacé|reporté|décalé)`,
    "(?:j'ai|nous avons) (?:bien )?(?:déplacé|reporté|décalé)",
  ),
};

const german: ClaimPhrases = {
  hedge: words(
    "nicht|kein|keine|keinen|nie|wenn|falls|sobald|bevor|bis|schon|bereits|noch|werde|würde|kann|könnte",
  ),
  booked: words(
    `(?:ihr|dein|der) termin ${few}ist ${few}(?:gebucht|bestätigt|vereinbart|eingetragen|reserviert)`,
    `(?:ich habe|wir haben) ${few}(?:gebucht|vereinbart|eingetragen)`,
  ),
  cancelled: words(
    `(?:ihr|dein|der) termin ${few}(?:ist|wurde) ${few}(?:abgesagt|storniert)`,
    `(?:ich habe|wir haben) ${few}(?:abgesagt|storniert)`,
  ),
  moved: words(
    `(?:ihr|dein|der) termin ${few}(?:ist|wurde) ${few}(?:verschoben|verlegt)`,
    `(?:ich habe|wir haben) ${few}(?:verschoben|verlegt|umgebucht)`,
  ),
};

const portuguese: ClaimPhrases = {
  hedge: words("não|nao|nunca|se|quando|assim que|até|antes|já|ainda|vou|vamos|poderia|posso"),
  booked: words(
    `(?:sua|a) consulta ${few}(?:está|ficou|foi) ${few}(?:marcada|agendada|confirmada|reservada)`,
    "marquei|agendei|reservei",
  ),
  cancelled: words(
    `(?:sua|a) consulta ${few}(?:está|foi) ${few}(?:cancelada|desmarcada)`,
    "cancelei|desmarquei",
  ),
  moved: words(
    `(?:sua|a) consulta ${few}foi ${few}(?:remarcada|reagendada|alterada)`,
    "remarquei|reagendei",
  ),
};

export const CLAIM_PHRASES: readonly ClaimPhrases[] = [
  english,
  spanish,
  french,
  german,
  portuguese,
];
