import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import type { AgentSessionInfo } from '../../../src/slots/agent.ts';
import { tempDir } from '../../../test/support/tmp.ts';
import { openDeliveries } from '../../shared/program/deliveries.ts';
import { EVENT_FILE, watchCommand } from './command-watch.ts';
import { commandAgentConfig } from './config.ts';

test('in doubt after a crash, a program that takes the message a moment later does not get it twice', async () => {
  const folder = tempDir();
  const events = join(folder.path, EVENT_FILE);
  writeFileSync(events, '{"type":"ready"}\n');
  openDeliveries(folder.path, untold).note('repair it', 17);
  const typed: string[] = [];
  const terminal = {
    write: async (text: string) => void typed.push(text),
    keys: async () => {},
    capture: async () => '',
  };
  const watch = watchCommand(
    commandAgentConfig.parse({}),
    systemClock,
    { stateDir: folder.path } as AgentSessionInfo,
    terminal,
    () => {},
  );
  const delivery = watch.deliver('repair it', { attempt: 1, inDoubt: true });
  appendFileSync(events, '{"type":"accepted","text":"repair it"}\n');
  expect(await delivery).toEqual({ type: 'typed', accepted: true });
  expect(typed).toEqual([]);
  watch.close();
  folder.remove();
});

test('a program that just took a message is in its turn, also before it says so: the next message waits', async () => {
  const folder = tempDir();
  const events = join(folder.path, EVENT_FILE);
  writeFileSync(events, '{"type":"ready"}\n{"type":"accepted","text":"first"}\n');
  const typed: string[] = [];
  const watch = watchCommand(
    commandAgentConfig.parse({}),
    systemClock,
    { stateDir: folder.path } as AgentSessionInfo,
    {
      write: async (text: string) => void typed.push(text),
      keys: async () => {},
      capture: async () => '',
    },
    () => {},
  );
  expect(await watch.deliver('second', { attempt: 1, inDoubt: false })).toEqual({
    type: 'deferred',
    reason: 'the agent is in the middle of a turn',
  });
  appendFileSync(events, '{"type":"active"}\n{"type":"ready"}\n');
  expect(await watch.deliver('second', { attempt: 1, inDoubt: false })).toMatchObject({
    type: 'typed',
  });
  expect(typed).toEqual(['second']);
  watch.close();
  folder.remove();
});
