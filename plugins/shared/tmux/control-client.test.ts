import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { type ControlClient, openControlClient } from './control-client.ts';

let client: ControlClient;
let socket: string;
beforeEach(async () => {
  socket = `ao-control-${randomUUID().slice(0, 8)}`;
  client = openControlClient({
    bin: 'tmux',
    socket,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    clock: systemClock,
    timeoutMs: 10_000,
    onNotification() {},
    onClose() {},
  });
  await client.opened;
});
afterEach(async () => {
  await client.run(['kill-server']).catch(() => {});
  await client.close();
  rmSync(`${process.env.TMUX_TMPDIR ?? '/tmp'}/tmux-${process.getuid?.() ?? 0}/${socket}`, {
    force: true,
  });
});

const say = (text: string): string[] => ['display-message', '-p', text];

it('runs a command with the one that follows it, and answers with the second', async () => {
  expect(await Promise.all([client.run(say('one'), say('two')), client.run(say('three'))])).toEqual(
    [['two'], ['three']],
  );
});

it('leaves out what follows a command that failed, and stays in step', async () => {
  const failed = client.run(['paste-buffer', '-b', 'none'], say('never'));
  const later = client.run(say('ok'));
  await expect(failed).rejects.toThrow('tmux refused "paste-buffer');
  expect(await later).toEqual(['ok']);
});

it('tells when only the second failed', async () => {
  const failed = client.run(say('one'), ['paste-buffer', '-b', 'none']);
  const later = client.run(say('ok'));
  await expect(failed).rejects.toThrow('tmux refused "paste-buffer');
  expect(await later).toEqual(['ok']);
});
