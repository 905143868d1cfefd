import type { Environment } from './data-dir.ts';

/** https://no-color.org and FORCE_COLOR; otherwise only a terminal gets colours. */
export function wantsColor(env: Environment, isTerminal: boolean | undefined): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return isTerminal === true && env.TERM !== 'dumb';
}
