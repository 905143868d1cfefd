const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g;

/** Milliseconds of `30s`, `5m`, `2h`, `1d`, `1h30m`, `500ms` or a plain number of milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const parts = [...trimmed.matchAll(PART)];
  if (parts.length === 0 || trimmed.replace(PART, '').trim() !== '') return null;
  return Math.round(
    parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as Unit], 0),
  );
}

const STEPS: ReadonlyArray<readonly [Unit, Unit | null]> = [
  ['d', 'h'],
  ['h', 'm'],
  ['m', null],
  ['s', null],
];

/** Short form with at most two units, the second only where it says something: `12s`, `34m`, `3h 10m`, `2d 4h`. */
export function formatDuration(ms: number): string {
  for (const [unit, next] of STEPS) {
    if (ms < UNITS[unit]) continue;
    const whole = Math.floor(ms / UNITS[unit]);
    const rest = next === null ? 0 : Math.floor((ms % UNITS[unit]) / UNITS[next]);
    return rest === 0 || whole >= 10 ? `${whole}${unit}` : `${whole}${unit} ${rest}${next}`;
  }
  return '0s';
}

/** Words for people: `just now`, `34 min ago`, `3 h ago`, `in 5 min`. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 10_000) return 'just now';
  const words = distance < UNITS.m ? `${Math.floor(distance / UNITS.s)} s` : wordsOf(distance);
  return at > now ? `in ${words}` : `${words} ago`;
}

function wordsOf(distance: number): string {
  if (distance < UNITS.h) return `${Math.floor(distance / UNITS.m)} min`;
  if (distance < UNITS.d) return `${Math.floor(distance / UNITS.h)} h`;
  const days = Math.floor(distance / UNITS.d);
  return days === 1 ? '1 day' : `${days} days`;
}
