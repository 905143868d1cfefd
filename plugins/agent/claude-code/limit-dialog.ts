import { menuOptions } from '../../../src/lib/terminal-menu.ts';
import type { StatusFile } from './schema.ts';
import type { Turn } from './side-state.ts';

/** The program asks what to do about a usage limit, and ao knows: wait, as the session does. */
export const asksAboutLimit = (status: StatusFile | null, turn: Turn | null): boolean =>
  status?.status === 'waiting' &&
  status.waitingFor === 'dialog open' &&
  turn?.type === 'failed' &&
  turn.failure.type === 'limited' &&
  (status.statusUpdatedAt ?? 0) >= turn.at;

/**
 * The digit that leaves the dialog without spending anything: `1. Stop and wait for limit to reset`. Its other choices
 * buy credits, upgrade the plan, or go on by themselves. Null when the screen doesn't offer it.
 */
export const stopKey = (screen: string): string | null =>
  /What do you want to do\?/.test(screen)
    ? (menuOptions(screen).find(({ label }) => /^Stop\b/.test(label))?.key ?? null)
    : null;
