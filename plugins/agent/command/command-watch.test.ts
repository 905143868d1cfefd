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
