import { UNITS } from './units.ts';

export function parseDuration(text: string): number {
  let total = 0;
  for (const [, count, symbol] of text.matchAll(/(\d+)\s*([a-z]+)/g)) {
    const unit = UNITS.find((each) => each.symbol === symbol);
    total += Number(count) * (unit?.ms ?? 0);
  }
  return total;
}
