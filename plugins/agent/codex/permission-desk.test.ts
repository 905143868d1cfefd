import { expect, test } from 'vitest';
import { untold } from '../../../src/lib/guarded/problem.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { notFound } from '../../../src/slots/errors.ts';
import { scriptedScreens } from '../../../test/support/scripted-screens.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { until } from '../../../test/support/until.ts';
import { waitingClock } from '../../../test/support/waiting-clock.ts';
import { permissionRequest } from './dialog.ts';
import { PermissionDesk } from './permission-desk.ts';
import { loadState } from './side-state.ts';

const DIALOG =
  '  $ rm build.log\n\n› 1. Yes, proceed (y)\n  2. No, and tell Codex what to do differently (esc)\n\n  Press enter to confirm or esc to cancel\n';
const INPUT = '› Ask Codex to do anything\n\n  ? for shortcuts\n';

/** A desk with one open request. */
function desk(screens: ReadonlyArray<string | Error>) {
  const clock = waitingClock();
  const state = loadState(tempDir(), untold);
  const events: AgentEvent[] = [];
  const { terminal, looks } = scriptedScreens(screens);
  const one = new PermissionDesk({
    state,
    terminal,
    clock,
    emit: (event) => events.push(event),
    save: () => undefined,
    publish: () => undefined,
  });
  one.open(permissionRequest('Bash', { command: 'rm build.log' }, clock.now()));
  return {
    one,
    looks,
    closed: () =>
      events.flatMap((event) => (event.type === 'request_closed' ? [event.answer] : [])),
  };
}

test('a look that failed does not end the following: a dialog answered in the terminal later closes its request', async () => {
  const { closed } = desk([
    DIALOG,
    new Error('the terminal did not answer in time'),
    DIALOG,
    INPUT,
  ]);
  await until(() => closed().length > 0, { what: 'the request to close' });
  expect(closed()).toEqual([null]);
});

test('a terminal that is gone is looked at no more, until it is followed again', async () => {
  const { one, looks, closed } = desk([
    DIALOG,
    notFound('AO_TMUX_GONE', 'The terminal is gone.'),
    INPUT,
  ]);
  await until(() => looks() === 2, { what: 'the look that finds it gone' });
  for (let rounds = 0; rounds < 10; rounds += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(looks()).toBe(2);
  one.follow();
  await until(() => closed().length > 0, { what: 'the request to close' });
});
