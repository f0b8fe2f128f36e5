/** Formatters are costly to make, and few are needed: a locale, a zone, a choice of parts. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** As `new Intl.DateTimeFormat`, made once. Throws RangeError for an unknown time zone. */
export function formatter(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}
