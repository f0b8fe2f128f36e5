/** What Postgres can keep of a text: neither its text nor its jsonb knows NUL or half a surrogate pair. */

/** True if the text can be stored. JSON can carry what can't: `"\u0000"`, `"\ud800"`. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** The first `max` UTF-16 units, or one less where that would halve a surrogate pair. */
export function cut(text: string, max: number): string {
  const end = /[\ud800-\udbff]$/.test(text.slice(0, max)) ? max - 1 : max;
  return text.length <= max ? text : text.slice(0, end);
}
