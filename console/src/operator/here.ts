/** An operator looks after many clinics, so times are in the reader's own zone. */
export const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
