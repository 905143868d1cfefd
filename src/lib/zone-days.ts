/** The days of one time zone; a day is `YYYY-MM-DD`. */
export interface ZoneDays {
  readonly zone: string;
  /** The day that a moment, ms UTC, belongs to. */
  dayOf(at: number): string;
  /** The first moment of a day, ms UTC; where the clocks skip midnight, the moment after the jump. */
  startOf(day: string): number;
}

const HOUR = 3_600_000;

/** `zone`: an IANA name; null: this machine's. */
export function zoneDays(zone: string | null): ZoneDays {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(zone === null ? {} : { timeZone: zone }),
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const dayOf = (at: number): string => {
    const parts = Object.fromEntries(
      format.formatToParts(at).map((part) => [part.type, part.value]),
    );
    return `${parts.year}-${parts.month}-${parts.day}`;
  };
  // Zones are between 12 hours behind and 14 before UTC, and change their clocks at whole minutes.
  const startOf = (day: string): number => {
    const midnight = utc(day);
    let before = (midnight - 15 * HOUR) / 60_000;
    let inside = (midnight + 13 * HOUR) / 60_000;
    while (inside - before > 1) {
      const middle = Math.floor((before + inside) / 2);
      if (dayOf(middle * 60_000) < day) before = middle;
      else inside = middle;
    }
    return inside * 60_000;
  };
  return { zone: format.resolvedOptions().timeZone, dayOf, startOf };
}

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
