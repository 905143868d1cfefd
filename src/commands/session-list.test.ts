import { expect, test } from 'vitest';
import { type CommandWorld, commandWorld, person } from '../../test/support/command-world.ts';
import { counted, seedHistory } from '../../test/support/history.ts';
import { policyWith } from '../../test/support/session-world.ts';
import { endedIds } from '../db/session-history.ts';
import { createDispatch } from '../lifecycle/dispatch.ts';
import { findSession } from './parts.ts';
import type { ListPlace, SessionFilter, SessionPage } from './session-list.ts';

const MANY = 2_000;

/** app-1 at work, and a year of sessions that are over, the last one an hour ago. */
async function year(count = MANY): Promise<CommandWorld> {
  const world = await commandWorld();
  const { db, clock, dispatch } = world.lifecycle;
  const [live] = dispatch.live();
  if (live === undefined) throw new Error('no session is live');
  seedHistory(db, live, count, clock.now() - 3_600_000);
  return world;
}

const me = person('web:local');

function pageOf(world: CommandWorld, filter: SessionFilter): SessionPage {
  const page = world.commands.sessionPage(me, filter);
  if (!page.ok) throw new Error(page.error.message);
  return page.value;
}

const ids = (world: CommandWorld, filter: SessionFilter): readonly string[] =>
  pageOf(world, filter).sessions.map(({ id }) => id);

test.each([0, MANY])('start asks no more of a database with %i ended sessions', async (count) => {
  const { lifecycle } = await year(count);
  const { db, queries } = counted(lifecycle.db);
  const dispatch = createDispatch({
    db,
    clock: lifecycle.clock,
    policyOf: () => policyWith({}),
    eventText: (event) => event.type,
    project: () => [],
    dayOf: () => '2026-03-03',
  });
  expect(dispatch.live().map(({ session }) => session.id)).toEqual(['app-1']);
  // The ids of the live ones, the newest end, and the seven tables of app-1.
  expect(queries()).toBe(9);
});

test('a page is all that is read of the history', async () => {
  const world = await year();
  const page = pageOf(world, { all: true });
  expect(page.sessions).toHaveLength(101);
  expect(page.sessions[0]?.id).toBe('app-1');
  expect(page.sessions[1]?.id).toBe(`old-${MANY}`);
  // Those of a day: the last one ended an hour ago, and one each hour before that.
  expect(ids(world, {})).toHaveLength(1 + 24);
  expect(ids(world, { live: true })).toEqual(['app-1']);
});

test.each([1, 7, 500])('pages of %i hold every session once', async (limit) => {
  const world = await year(600);
  const found: string[] = [];
  let after: ListPlace | null = null;
  do {
    const page = pageOf(world, { all: true, limit, after });
    expect(page.sessions.length).toBeLessThanOrEqual(limit);
    found.push(...page.sessions.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(found).toEqual([
    'app-1',
    ...endedIds(world.lifecycle.db, {}, { after: null, limit: 999 }),
  ]);
});

test('filters are asked of the database, over all of the history', async () => {
  const world = await year();
  expect(ids(world, { all: true, text: 'pump number 17', limit: 500 })).toHaveLength(1 + 10 + 100);
  expect(ids(world, { all: true, text: 'OLD-17', limit: 1 })).toEqual(['old-1799']);
  expect(ids(world, { all: true, text: '100%' })).toEqual([]);
  expect(ids(world, { all: true, text: '#42' })).toEqual(['app-1']);
  expect(ids(world, { all: true, status: 'killed', limit: 2 })).toEqual(['old-1999', 'old-1997']);
  expect(ids(world, { all: true, status: 'cleanup' })).toEqual([]);
  expect(ids(world, { all: true, turn: 'agent' })).not.toContain('old-1');
  expect(ids(world, { all: true, project: 'other' })).toEqual([]);
  expect(ids(world, { all: true, mine: 'slack:nobody' })).toEqual([]);
  expect(ids(world, { all: true, family: 'old-3' })).toEqual(['old-3']);
});

test('an old session is found by its id, its number and the beginning of its id', async () => {
  const world = await year();
  expect(world.commands.session(me, 'old-1234')).toMatchObject({
    ok: true,
    value: { id: 'old-1234' },
  });
  expect(world.commands.session(me, '#1234')).toMatchObject({
    ok: true,
    value: { id: 'old-1234' },
  });
  expect(world.commands.session(me, 'old-123')).toMatchObject({ value: { id: 'old-123' } });
  expect(world.commands.session(me, '1')).toMatchObject({
    ok: false,
    error: { code: 'AO_SESSION_AMBIGUOUS', message: '"1" could be old-1, app-1. Say which.' },
  });
  expect(world.commands.session(me, 'old-9999')).toMatchObject({
    error: { code: 'AO_SESSION_UNKNOWN' },
  });
  expect(world.commands.projects(me)).toMatchObject({
    ok: true,
    value: [{ sessions: MANY + 1, live: 1 }],
  });
});

test('what is said to an old session is kept, also once it is held no more', async () => {
  const world = await year(300);
  const { dispatch, db } = world.lifecycle;
  const done = await world.commands.mute(me, 'old-5', true);
  expect(done).toMatchObject({ ok: true, value: { id: 'old-5', muted: true } });
  // Looked at more than are held: it is read from the database again.
  for (let n = 100; n < 200; n += 1) dispatch.snapshot(`old-${n}`);
  expect(dispatch.snapshot('old-5')?.session.muted).toBe(true);
  expect(findSession({ ...world, db, dispatch } as never, 'old-5')).toMatchObject({ ok: true });
});
