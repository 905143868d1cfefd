import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { priceTable } from '../../../src/domain/money/pricing.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { CodexWatch } from './watch.ts';

const SIGN_IN = `  Welcome to Codex, OpenAI's command-line coding agent

  Choose how you want to use Codex.

> 1. Sign in with ChatGPT
     Usage included with Plus, Pro, Business, and Enterprise plans

  2. Sign in with Device Code
  3. Sign in another way

  Press enter to continue`;
const INPUT = '› Ask Codex to do anything\n\n  ? for shortcuts';

test('a page to sign in is told, and over when the input comes', async () => {
  const clock = manualClock();
  const events: AgentEvent[] = [];
  const dir = tempDir();
  mkdirSync(join(dir, 'sessions'));
  let screen = '';
  const terminal = {
    write: async () => undefined,
    keys: async () => undefined,
    capture: async () => screen,
  };
  const session = { agentSession: null, stateDir: dir, cwd: dir } as never;
  const watch = new CodexWatch({
    session,
    terminal,
    clock,
    emit: (event) => events.push(event),
    home: dir,
    prices: priceTable([]),
  });
  onTestFinished(() => watch.close());
  const shows = async (next: string): Promise<readonly string[]> => {
    screen = next;
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    return events.flatMap((event) => (event.type === 'activity' ? [event.fact.state] : []));
  };
  expect(await shows('')).toEqual(['starting']);
  expect(await shows(SIGN_IN)).toEqual(['starting', 'blocked']);
  expect(events.at(-1)).toMatchObject({ fact: { detail: expect.stringContaining('sign in') } });
  expect(await shows('')).toEqual(['starting', 'blocked']);
  expect(await shows(INPUT)).toEqual(['starting', 'blocked', 'ready']);
  // Codex 0.171 shows an input for one frame before the page.
  expect(await shows(SIGN_IN)).toEqual(['starting', 'blocked', 'ready', 'blocked']);
});
