/** A calendar day, `YYYY-MM-DD`. Days compare as text. Which moments belong to it is its time zone's affair. */
export type Day = string;

const DAY = 24 * 3_600_000;
const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

const ofUtc = (at: number): Day => new Date(at).toISOString().slice(0, 10);

export const addDays = (day: Day, n: number): Day => ofUtc(utc(day) + n * DAY);

/** The Monday on or before `day`. */
export const weekStart = (day: Day): Day =>
  addDays(day, -((new Date(utc(day)).getUTCDay() + 6) % 7));

export const monthStart = (day: Day): Day => `${day.slice(0, 7)}-01`;

/** `2026-12` after `2026-11`, as the first day of that month. */
export const nextMonthStart = (day: Day): Day => monthStart(addDays(monthStart(day), 31));

/** All days from `from` to `to`, both included; none when `to` is before `from`. */
export function daysBetween(from: Day, to: Day): readonly Day[] {
  const count = Math.round((utc(to) - utc(from)) / DAY) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, n) => addDays(from, n));
}

/** Whether a text is a day that exists: 2026-02-30 is none. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && ofUtc(utc(text)) === text;
