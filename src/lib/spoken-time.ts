import type { Millis } from './clock.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const SPOKEN =
  /(?:([A-Za-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?(?:, (\d{4}))?(?:,| at)? )?(\d{1,2})(?::(\d{2}))? ?([ap]m)(?: \(([^)]+)\))?/i;
const DAY = 86_400_000;

/**
 * The first time told in words: `7:21am (UTC)`, `Nov 30, 3pm (Europe/Berlin)`, `Nov 27th, 2026 4:20 PM`. A time without
 * a date is the next one after `at`; without a zone it is this machine's. Null when there is none.
 */
export function spokenTime(text: string, at: Millis): Millis | null {
  const match = SPOKEN.exec(text);
  if (match === null) return null;
  const [, month, day, year, hour, minute, half, zone] = match;
  const zoneName = knownZone(zone);
  const today = wallClock(at, zoneName);
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0);
  const monthIndex = month === undefined ? today.month : MONTHS.indexOf(month.toLowerCase());
  const wall = (y: number, d: number): Millis =>
    fromWall(Date.UTC(y, monthIndex, d, hours, Number(minute ?? 0)), zoneName);
  if (month !== undefined) {
    const dated = wall(Number(year ?? today.year), Number(day));
    return year === undefined && dated < at - 180 * DAY ? wall(today.year + 1, Number(day)) : dated;
  }
  const sameDay = wall(today.year, today.day);
  return sameDay > at ? sameDay : wall(today.year, today.day + 1);
}

function knownZone(zone: string | undefined): string | undefined {
  try {
    return zone === undefined
      ? undefined
      : new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    // An abbreviation Intl doesn't know; this machine's zone is the one the program runs in.
    return undefined;
  }
}

function wallClock(
  at: Millis,
  zone: string | undefined,
): { year: number; month: number; day: number } {
  const shifted = new Date(at + offset(at, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
  };
}

/** The moment at which clocks in `zone` show `wall` (given as if it were UTC). */
function fromWall(wall: Millis, zone: string | undefined): Millis {
  const guess = wall - offset(wall, zone);
  return wall - offset(guess, zone);
}

/** Wall clock minus UTC, ms. */
function offset(at: Millis, zone: string | undefined): Millis {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const parts = Object.fromEntries(
    format.formatToParts(at).map((part) => [part.type, Number(part.value)]),
  );
  const wall = Date.UTC(
    parts.year ?? 0,
    (parts.month ?? 1) - 1,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
  );
  return wall - Math.floor(at / 1000) * 1000;
}
