import { expect, onTestFinished, test } from 'vitest';
import { priceTable } from '../../../src/domain/money/pricing.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { scriptedScreens } from '../../../test/support/scripted-screens.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import type { StatusFile } from './schema.ts';
import type { StatusFiles } from './status-files.ts';
import { ClaudeWatch } from './watch.ts';

const DIALOG =
  ' Trust this folder?\n\n ❯ 1. Yes, I trust it\n   2. No, exit\n\n Enter to confirm · Esc to cancel\n';

/** A program that waits for an answer to a dialog without a hook. */
function waitingProgram(screens: ReadonlyArray<string | Error>) {
  const clock = manualClock();
  const status: StatusFile = {
    pid: 1,
    sessionId: 's',
    status: 'waiting',
    statusUpdatedAt: clock.now(),
    waitingFor: 'trust',
  };
  const statusFiles = {
    subscribe: () => () => undefined,
    find: () => status,
    findNow: () => status,
  } as unknown as StatusFiles;
  const { terminal, looks } = scriptedScreens(screens);
  const events: AgentEvent[] = [];
  const dir = tempDir();
  const watch = new ClaudeWatch({
    ...{
      clock,
      terminal,
      statusFiles,
      configDir: dir,
      prices: priceTable([]),
      emit: (event) => events.push(event),
    },
    session: { agentSession: 's', stateDir: dir, cwd: dir } as never,
  });
  onTestFinished(() => watch.close());
  return {
    watch,
    looks,
    asked: () =>
      events.flatMap((event) => (event.type === 'request_opened' ? [event.request.text] : [])),
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

test('what it waits for is asked about although the first looks found nothing or failed', async () => {
  const program = waitingProgram(['', new Error('the terminal did not answer in time'), DIALOG]);
  await program.pass(10);
  expect(program.asked()).toEqual([expect.stringContaining('Trust this folder?')]);
  expect(program.looks()).toBe(3);
});

test('a watch that is closed looks no more', async () => {
  const program = waitingProgram(['']);
  await program.pass(1);
  program.watch.close();
  await program.pass(10);
  expect(program.looks()).toBe(1);
});
