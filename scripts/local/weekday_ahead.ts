/** A working day at least so many days ahead, as YYYY-MM-DD; with `more`, so many working days later. */
export function weekdayAhead(days: number, more = 0): string {
  const day = new Date(Date.now() + days * 86_400_000);
  for (let left = more;; day.setUTCDate(day.getUTCDate() + 1)) {
    if (day.getUTCDay() % 6 !== 0 && left-- === 0) return day.toISOString().slice(0, 10);
  }
}
