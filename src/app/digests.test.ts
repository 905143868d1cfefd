import { expect, it } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot, HOUR, policyWith } from '../../test/support/session-world.ts';
import type { CostRequest } from '../commands/cost.ts';
import { cost } from '../commands/cost.ts';
import { digest } from '../commands/digest.ts';
import type { CommandParts } from '../commands/parts.ts';
import type { DigestView } from '../commands/view/digest.ts';
import { appendEvent } from '../db/event-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { bookUsage } from '../db/usage-store.ts';
import { zoneDays } from '../lib/zone-days.ts';
import { type CronSlots, createCronSlots } from '../lifecycle/cron-slots.ts';
import { createDigests } from './digests.ts';

const ZONE = 'Europe/Berlin';
const DAYS = zoneDays(ZONE);

interface Posted {
  readonly key: string;
  readonly text: string;
}

/** A bot that may be down: time passes either way, and what happens in it is in the database. */
function bot(start: string, options: { cron?: string; channels?: readonly string[] } = {}) {
  const world = lifecycleWorld({ start: Date.parse(start), dayOf: (at) => DAYS.dayOf(at) });
  const parts = {
    db: world.db,
    clock: world.clock,
    days: () => DAYS,
    dispatch: world.dispatch,
    plugins: { ...world.plugins, projects: () => [] },
    policyOf: () => policyWith(),
    admission: { plan: () => ({ admit: [], wait: [] }), run: () => ({ admit: [], wait: [] }) },
    monthBudget: () => null,
  } as unknown as CommandParts;
  const told: DigestView[] = [];
  const config = {
    timezone: ZONE,
    digest: {
      cron: options.cron ?? '0 9 * * *',
      channels: [...(options.channels ?? ['slack:C1', 'web:general'])],
    },
  };
  let slots: CronSlots | null = null;
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    world,
    parts,
    told,
    async up() {
      slots = createCronSlots({
        kv: kvStore(world.db, 'cron-slots'),
        clock: world.clock,
        logger: world.logger,
        entries: createDigests({
          db: world.db,
          clock: world.clock,
          config: () => config,
          charts: { draw: async () => null },
          wake: () => {},
          reader: {
            session: () => ({ ok: false, error: { code: 'AO_SESSION_UNKNOWN', message: '' } }),
            async digest(stretch) {
              const view = await digest(parts, stretch);
              told.push(view);
              return view;
            },
          },
        }).entries,
      });
      slots.start();
      await settle();
    },
    down: () => slots?.stop(),
    async pass(hours: number, each: () => void = () => {}) {
      for (let n = 0; n < hours; n += 1) {
        each();
        world.clock.pass(HOUR);
        await settle();
      }
    },
    posted: (): readonly Posted[] =>
      (
        world.db.$client
          .prepare("SELECT key, payload FROM outbox WHERE type = 'chat.channel' ORDER BY id")
          .all() as { key: string; payload: string }[]
      ).map(({ key, payload }) => ({
        key,
        text: (JSON.parse(payload) as { message: { text: string } }).message.text,
      })),
    merges(pr: string) {
      const event = { type: 'pr.merged', pr, mergeSha: null, by: null, base: 'main' } as const;
      appendEvent(world.db, {
        session: 'app-1',
        project: 'app',
        at: world.clock.now(),
        event,
        text: '',
      });
    },
  };
}

const localTime = (key: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(Date.parse(key.split(':').slice(1, 4).join(':')));

it.each(['2026-03-24T12:10Z', '2026-10-20T12:10Z', '2026-01-27T12:10Z'])(
  'comes at nine every local day, once per channel, and tells everything once; from %s ten days on',
  async (start) => {
    const team = bot(start);
    await team.up();
    let n = 0;
    await team.pass(10 * 24, () => {
      n += 1;
      if (n % 5 === 0) team.merges(`local:app#${n}`);
    });
    const posted = team.posted();
    expect(posted).toHaveLength(2 * 10);
    expect(new Set(posted.map(({ key }) => key)).size).toBe(posted.length);
    for (const { key } of posted) expect(localTime(key)).toMatch(/, 09:00$/);
    const prs = team.told.flatMap((view) => view.merged.map((one) => one.pr?.key));
    expect(new Set(prs).size).toBe(prs.length);
    // All but those since the last digest.
    const last = team.told.at(-1)?.to ?? 0;
    const hours = Math.floor((last - Date.parse(start)) / HOUR);
    expect(prs).toHaveLength(Math.floor((hours + 1) / 5));
  },
);

it('makes up for a downtime with one digest that tells all of it, and doubles none after a restart', async () => {
  const team = bot('2026-11-02T10:00Z');
  await team.up();
  team.merges('local:app#1');
  await team.pass(24);
  expect(team.posted()).toHaveLength(2);
  team.down();
  team.merges('local:app#2');
  await team.pass(30);
  team.merges('local:app#3');
  await team.pass(45);
  await team.up();
  expect(team.posted().map(({ key }) => key.slice(0, 23))).toEqual(
    ['2026-11-03', '2026-11-03', '2026-11-06', '2026-11-06'].map((day) =>
      `digest:${day}T08:00:0`.slice(0, 23),
    ),
  );
  expect(team.told.map((view) => view.merged.map((one) => one.pr?.key))).toEqual([
    ['local:app#1'],
    ['local:app#2', 'local:app#3'],
  ]);
  for (let n = 0; n < 3; n += 1) {
    team.down();
    await team.up();
  }
  expect(team.posted()).toHaveLength(4);
});

it('a slot that is run again, as after a crash before its mark, doubles nothing', async () => {
  const team = bot('2026-11-02T07:30Z');
  await team.up();
  await team.pass(1);
  expect(team.posted()).toHaveLength(2);
  team.down();
  const slots = kvStore(team.world.db, 'cron-slots');
  for (const [id] of slots.list('')) slots.set(id, Date.parse('2026-11-02T07:30Z'));
  await team.up();
  expect(team.told).toHaveLength(2);
  expect(team.posted()).toHaveLength(2);
});

it('weekdays only: Monday tells of the whole weekend', async () => {
  const team = bot('2026-11-06T08:30Z', { cron: '0 9 * * 1-5', channels: ['web:general'] });
  await team.up();
  await team.pass(20, () => {});
  team.merges('local:app#1');
  await team.pass(60);
  expect(team.posted().map(({ text }) => text)).toEqual([
    'ao, Monday 9 Nov: Merged 1 · opened 0 · failed 0 · nobody is waited for',
  ]);
});

it('a day without anything is one line, and no channel means no digest', async () => {
  const quiet = bot('2026-11-02T07:30Z', { channels: ['web:general'] });
  await quiet.up();
  await quiet.pass(1);
  expect(quiet.posted().map(({ text }) => text)).toEqual(['ao, Monday 2 Nov: nothing happened.']);
  const none = bot('2026-11-02T07:30Z', { channels: [] });
  await none.up();
  await none.pass(48);
  expect(none.posted()).toEqual([]);
});

it('has the same numbers as the cost view, over the end of a month', async () => {
  const team = bot('2026-10-31T12:00Z');
  const { session } = freshSnapshot({ id: sessionId('app-1'), by: DANA });
  const book = (day: string, usd: number): void =>
    bookUsage(team.world.db, session, day, [
      {
        model: 'm',
        inputTokens: usd * 100,
        outputTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        usd,
      },
    ]);
  book('2026-10-31', 4);
  book('2026-11-01', 7);
  await team.up();
  const seen = async (): Promise<unknown> => {
    const view = await digest(team.parts, null);
    const usd = (request: Omit<CostRequest, 'by'>): number | null => {
      const answer = cost(team.parts, { ...request, by: 'agent' });
      return answer.ok ? answer.value.totalUsd : null;
    };
    expect(view.cost).toMatchObject({
      todayUsd: usd({ span: 'today' }),
      monthUsd: usd({ span: 'month' }),
    });
    const days = { from: view.series.days[0] ?? '', to: view.series.days.at(-1) ?? '' };
    expect(
      view.series.parts.flatMap((part) => part.usd).reduce((sum, one) => sum + one, 0),
    ).toBeCloseTo(usd(days) ?? -1, 9);
    return [view.cost.todayUsd, view.cost.yesterdayUsd, view.cost.monthUsd];
  };
  expect(await seen()).toEqual([4, 0, 4]);
  await team.pass(12);
  expect(await seen()).toEqual([3, 4, 3]);
});
