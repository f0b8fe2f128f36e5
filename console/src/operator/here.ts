/** An operator sees to many clinics, so times are the reader's own. */
export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
