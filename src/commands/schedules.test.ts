import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { kvStore } from '../db/kv-store.ts';
import { err, ok } from '../lib/result.ts';
import { createCronSlots } from '../lifecycle/cron-slots.ts';
import type { Commands } from './commands.ts';
import { type Schedule, scheduleEntries } from './schedules.ts';
import type { SessionView } from './views.ts';

const HOUR = 3_600_000;
const NIGHTLY: Schedule = {
  name: 'deps',
  cron: '0 6 * * *',
  timezone: 'Europe/Berlin',
  project: 'app',
  prompt: 'Update the dependencies.',
  agent: null,
  model: null,
  base: null,
  whileRunning: 'skip',
};

/** Each spawn makes a session that ends when the test says so; the same key is the same session. */
function world(schedule: Schedule) {
  const base = lifecycleWorld();
  const keys = new Map<string, string>();
  const begun: string[] = [];
  const told: string[] = [];
  let refusal: { code: string; message: string } | null = null;
  let loseAnswer = false;
  const spawn: Commands['spawn'] = async (actor, { key }) => {
    if (refusal !== null) return err(refusal);
    const known = keys.get(key ?? '');
    const id = known ?? `app-${keys.size + 1}`;
    if (known === undefined) {
      keys.set(key ?? '', id);
      begun.push(
        `${new Date(Number(key?.split(' ').at(-1))).toISOString().slice(0, 16)} by ${actor.name}`,
      );
      base.dispatch.create(freshSnapshot({ id: sessionId(id) }, base.clock.now()), []);
    }
    if (loseAnswer) {
      loseAnswer = false;
      throw new Error('killed right after');
    }
    return ok([{ issue: null, session: { id } as SessionView, refusal: null }]);
  };
  const open = () => {
    const slots = createCronSlots({
      kv: kvStore(base.db, 'cron'),
      clock: base.clock,
      logger: base.logger,
      entries: () =>
        scheduleEntries(
          {
            db: base.db,
            dispatch: base.dispatch,
            spawn,
            tell: (_project, { message }) => void told.push(message),
          },
          [schedule],
        ),
    });
    slots.start();
    onTestFinished(() => slots.stop());
    return slots;
  };
  const pass = async (hours: number): Promise<void> => {
    for (let n = 0; n < hours; n += 1) {
      base.clock.pass(HOUR);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    ...base,
    begun,
    told,
    open,
    pass,
    refuse: (next: typeof refusal) => (refusal = next),
    loseNextAnswer: () => (loseAnswer = true),
    end: (id: string) =>
      base.dispatch.input(sessionId(id), {
        type: 'command',
        command: { type: 'kill', reason: null },
        by: DANA,
      }),
  };
}

test('one session per slot, also when the bot dies between the start and its mark, and over restarts', async () => {
  const { begun, open, pass, loseNextAnswer } = world({ ...NIGHTLY, whileRunning: 'spawn' });
  loseNextAnswer();
  const first = open();
  await pass(21);
  first.stop();
  open();
  await pass(26);
  expect(begun).toEqual([
    '2026-03-04T05:00 by the schedule "deps"',
    '2026-03-05T05:00 by the schedule "deps"',
  ]);
});

test('while the one before still runs nothing begins, and that is told', async () => {
  const { begun, told, open, pass, end } = world(NIGHTLY);
  open();
  await pass(47);
  expect(begun).toHaveLength(1);
  expect(told).toEqual(['the schedule "deps" was skipped: app-1 of the time before still runs.']);
  end('app-1');
  await pass(24);
  expect(begun).toHaveLength(2);
});

test('a repetition of a slot whose session runs is not taken for the next slot', async () => {
  const { begun, told, open, pass, loseNextAnswer } = world(NIGHTLY);
  loseNextAnswer();
  open();
  await pass(24);
  expect(begun).toHaveLength(1);
  expect(told).toEqual([]);
});

test('what is away is tried again; what is refused is told', async () => {
  const { begun, told, open, pass, refuse } = world(NIGHTLY);
  open();
  refuse({ code: 'AO_UPSTREAM', message: 'git is away' });
  await pass(21);
  expect(told).toEqual([]);
  refuse(null);
  await pass(1);
  expect(begun).toHaveLength(1);
  const other = world(NIGHTLY);
  other.refuse({ code: 'AO_AGENT_MISSING', message: 'There is no agent.' });
  other.open();
  await other.pass(24);
  expect(other.told).toEqual(['the schedule "deps" started nothing: There is no agent.']);
});
