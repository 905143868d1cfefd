import { UNITS } from './units.ts';

export interface FormatOptions {
  readonly units?: number;
}

export function formatDuration(ms: number, options: FormatOptions = {}): string {
  const parts: string[] = [];
  let rest = Math.trunc(Math.abs(ms));
  for (const unit of UNITS) {
    if (parts.length === (options.units ?? 2)) break;
    const count = Math.floor(rest / unit.ms);
    if (count === 0) continue;
    parts.push(`${count}${unit.symbol}`);
    rest -= count * unit.ms;
  }
  const text = parts.length === 0 ? '0s' : parts.join(' ');
  return ms < 0 && text !== '0s' ? `-${text}` : text;
}
