import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { until } from '../../test/support/until.ts';
import type { ActivityState } from '../domain/session/facts.ts';
import { createIdleSleep } from './idle-sleep.ts';

/** A systemd-inhibit that writes down what it was given and when its input ended. */
async function world(enabled: { value: boolean }, code: number | null = null) {
  const base = lifecycleWorld();
  const bin = join(base.dir, 'bin');
  const log = join(base.dir, 'held.log');
  mkdirSync(bin);
  const body =
    code === null ? `echo "held $*" >> '${log}'\ncat\necho released >> '${log}'` : `exit ${code}`;
  writeFileSync(join(bin, 'systemd-inhibit'), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, 'systemd-inhibit'), 0o755);
  await base.working('app-1');
  const { dispatch, clock, logger, logged } = base;
  const env = { PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` };
  const idle = createIdleSleep({
    dispatch,
    clock,
    logger,
    enabled: () => enabled.value,
    env,
    platform: 'linux',
  });
  onTestFinished(() => idle.stop());
  const activity = (state: ActivityState): void => {
    const fact = {
      state,
      source: 'hook' as const,
      detail: null,
      resetAt: null,
      since: clock.now(),
      at: clock.now(),
    };
    dispatch.input(sessionId('app-1'), {
      type: 'fact',
      fact: { type: 'activity', fact, lastMessage: null },
    });
  };
  /** Whole ones: the shell makes the file before it writes into it. */
  const lines = (): readonly string[] =>
    existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
  return { idle, activity, lines, clock, logged };
}

test('held while an agent is in its turn, and a minute longer', async () => {
  const { idle, activity, lines, clock } = await world({ value: true });
  idle.start();
  activity('active');
  await until(() => lines().length === 1);
  expect(lines()[0]).toContain('--what=idle:sleep');
  activity('ready');
  clock.pass(59_000);
  activity('active');
  activity('ready');
  clock.pass(59_000);
  expect(lines()).toHaveLength(1);
  clock.pass(1_000);
  await until(() => lines().at(-1) === 'released');
});

test('nothing is held unless it is wanted; let go when ao stops', async () => {
  const enabled = { value: false };
  const { idle, activity, lines } = await world(enabled);
  idle.start();
  activity('active');
  expect(lines()).toEqual([]);
  enabled.value = true;
  activity('ready');
  activity('active');
  await until(() => lines().length === 1);
  idle.stop();
  await until(() => lines().at(-1) === 'released');
});

test('a machine without the program is told once', async () => {
  const { idle, activity, logged } = await world({ value: true }, 1);
  idle.start();
  activity('active');
  await until(() => logged.some((line) => line.includes("can't be kept awake")));
  activity('ready');
  activity('active');
  expect(logged.filter((line) => line.includes("can't be kept awake"))).toHaveLength(1);
});
