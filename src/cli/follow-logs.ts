import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../lib/plain-text.ts';
import type { Api } from './api.ts';
import type { Cli } from './cli.ts';
import { sessionPath } from './print-session.ts';

export interface Logs {
  readonly text: string;
  /** The runtime still runs. */
  readonly live: boolean;
}

/** Time between two looks, ms. */
const INTERVAL = 500;

/** Prints what is new in the terminal until the session's runtime ends. */
export async function followLogs(cli: Cli, api: Api, id: string, lines: number): Promise<void> {
  let before: readonly string[] = [];
  for (;;) {
    const logs = await api.get<Logs>(sessionPath(id, '/logs'), { lines });
    const now = plainText(logs.text).trimEnd().split('\n');
    const fresh = newLines(before, now);
    if (fresh.length > 0) cli.out(fresh.join('\n'));
    before = now;
    if (!logs.live) return;
    await sleep(INTERVAL);
  }
}

/** Lines of `now` after its longest beginning that `before` ends with: the screen scrolled by the rest. */
export function newLines(before: readonly string[], now: readonly string[]): readonly string[] {
  for (let start = 0; start < before.length; start += 1) {
    const tail = before.slice(start);
    if (tail.length <= now.length && tail.every((line, index) => line === now[index]))
      return now.slice(tail.length);
  }
  return now;
}
