type Hours = { readonly from: string; readonly to: string; readonly timezone: string };

const MINUTE = 60_000;
const DAY = 24 * 60;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** For quiet hours: whether a moment is inside them, and when they end (ms UTC); null outside or without any. */
export function quietUntil(hours: Hours | null): (now: number) => number | null {
  if (hours === null || hours.from === hours.to) return () => null;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: hours.timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const length = (to - from + DAY) % DAY;
  return (now) => {
    const minute = minutesOf(clock.format(now));
    const since = (minute - from + DAY) % DAY;
    if (since >= length) return null;
    const end = Math.floor(now / MINUTE) * MINUTE + (length - since) * MINUTE;
    // A change of the clocks in between moves the end: look where it really falls.
    const off = minutesOf(clock.format(end)) - to;
    return end - (((off + DAY + DAY / 2) % DAY) - DAY / 2) * MINUTE;
  };
}
