import { expect, test } from 'vitest';
import { type CommandWorld, commandWorld, person } from '../../test/support/command-world.ts';
import { seedHistory, statementsOf } from '../../test/support/history.ts';
import { sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, policyWith, pullRequest } from '../../test/support/session-world.ts';
import { changesOf } from '../app/changes.ts';
import { endedIds } from '../db/session-history.ts';
import { webMessageStore } from '../db/web-message-store.ts';
import { createDispatch } from '../lifecycle/dispatch.ts';
import { findSession } from './parts.ts';
import type { ListPlace, SessionFilter, SessionPage } from './session-list.ts';

const MANY = 600;

/** app-1 at work, and a year of sessions that are over, the last one an hour ago. */
async function year(count = MANY): Promise<CommandWorld> {
  const world = await commandWorld();
  const { db, clock, dispatch } = world.lifecycle;
  const [live] = dispatch.live();
  if (live === undefined) throw new Error('no session is live');
  seedHistory(db, live, count, clock.now() - 3_600_000);
  return world;
}

/** The same one for everybody who only reads. */
let shared: Promise<CommandWorld> | null = null;
function sameYear(): Promise<CommandWorld> {
  shared ??= year();
  return shared;
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
  const { db, clock } = lifecycle;
  const live: string[] = [];
  const asked = statementsOf(db, () => {
    const dispatch = createDispatch({
      db,
      clock,
      policyOf: () => policyWith({}),
      eventText: (event) => event.type,
      project: () => [],
      dayOf: () => '2026-03-03',
    });
    live.push(...dispatch.live().map(({ session }) => session.id));
  });
  expect(live).toEqual(['app-1']);
  // The ids of the live ones, the newest end, and a query for each of seven tables, however many live.
  expect(asked).toBe(9);
});

test('a page is all that is read of the history', async () => {
  const world = await sameYear();
  const page = pageOf(world, { all: true });
  expect(page.sessions).toHaveLength(101);
  expect(page.sessions[0]?.id).toBe('app-1');
  expect(page.sessions[1]?.id).toBe(`old-${MANY}`);
  // Those of a day: the last one ended an hour ago, and one each hour before that.
  expect(ids(world, {})).toHaveLength(1 + 24);
  expect(ids(world, { live: true })).toEqual(['app-1']);
});

test.each<[string, SessionFilter, number]>([
  ['ao status: the live ones and those of a day', {}, 1 + 24],
  ['the live ones', { live: true }, 1],
  ['a page', { all: true }, 1 + 100],
  ['a large page', { all: true, limit: 500 }, 500],
  ['what is searched for', { all: true, text: 'pump number 1', limit: 50 }, 50],
])('%s: a query for each table at most, however much is over', async (_what, filter, length) => {
  const world = await sameYear();
  let shown = 0;
  const asked = statementsOf(world.lifecycle.db, () => {
    shown = pageOf(world, filter).sessions.length;
  });
  expect(shown).toBe(length);
  expect(asked).toBeLessThanOrEqual(8);
});

test.each([0, MANY])(
  'a change is told to pages by as many queries with %i ended',
  async (count) => {
    const world = await year(count);
    const { db, dispatch } = world.lifecycle;
    const { sources, latest } = changesOf({
      db,
      dispatch,
      messages: webMessageStore(db),
      reader: world.reader,
    });
    const before = latest();
    dispatch.input(sessionId('app-1'), {
      type: 'command',
      command: { type: 'mute', muted: true },
      by: DANA,
    });
    const told: string[] = [];
    const asked = statementsOf(db, () => {
      for (const source of sources) told.push(...source.after(before, 100).map(({ type }) => type));
    });
    expect(told).toEqual(['session', 'event']);
    expect(asked).toBe(3);
  },
);

test('a fact of a forge asks nothing of what is over', async () => {
  const before = await year(0);
  const after = await year();
  const took = (world: CommandWorld): number =>
    statementsOf(world.lifecycle.db, () =>
      world.lifecycle.dispatch.input(sessionId('app-1'), {
        type: 'fact',
        fact: { type: 'pull_request', fact: pullRequest(1, { title: 'Renamed' }) },
      }),
    );
  expect(took(after)).toBe(took(before));
});

test.each([7, 90, 500])('pages of %i hold every session once', async (limit) => {
  const world = await sameYear();
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
  const world = await sameYear();
  expect(ids(world, { all: true, text: 'pump number 17', limit: 500 })).toHaveLength(1 + 10);
  expect(ids(world, { all: true, text: 'OLD-17', limit: 1 })).toEqual(['old-179']);
  expect(ids(world, { all: true, text: '100%' })).toEqual([]);
  expect(ids(world, { all: true, text: '%' })).toEqual([]);
  expect(ids(world, { all: true, text: 'OR' })).toEqual([]);
  expect(ids(world, { all: true, text: 'number" OR "pump' })).toEqual([]);
  expect(ids(world, { all: true, text: 'MP NUMBER 599' })).toEqual(['old-599']);
  expect(ids(world, { all: true, text: '99', limit: 3 })).toEqual([
    'old-599',
    'old-499',
    'old-399',
  ]);
  expect(ids(world, { all: true, text: '#42' })).toEqual(['app-1']);
  expect(ids(world, { all: true, status: 'killed', limit: 2 })).toEqual(['old-599', 'old-597']);
  expect(ids(world, { all: true, status: 'cleanup' })).toEqual([]);
  expect(ids(world, { all: true, turn: 'agent' })).not.toContain('old-1');
  expect(ids(world, { all: true, project: 'other' })).toEqual([]);
  expect(ids(world, { all: true, mine: 'slack:nobody' })).toEqual([]);
  expect(ids(world, { all: true, family: 'old-3' })).toEqual(['old-3']);
});

test('an old session is found by its id, its number and the beginning of its id', async () => {
  const world = await sameYear();
  expect(world.commands.session(me, 'old-234')).toMatchObject({
    ok: true,
    value: { id: 'old-234' },
  });
  expect(world.commands.session(me, '#234')).toMatchObject({
    ok: true,
    value: { id: 'old-234' },
  });
  expect(world.commands.session(me, 'old-59')).toMatchObject({ value: { id: 'old-59' } });
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
  const world = await year(200);
  const { dispatch, db } = world.lifecycle;
  const done = await world.commands.mute(me, 'old-5', true);
  expect(done).toMatchObject({ ok: true, value: { id: 'old-5', muted: true } });
  // Looked at more than are held: it is read from the database again.
  for (let n = 100; n < 200; n += 1) dispatch.snapshot(`old-${n}`);
  expect(dispatch.snapshot('old-5')?.session.muted).toBe(true);
  expect(findSession({ ...world, db, dispatch } as never, 'old-5')).toMatchObject({ ok: true });
});
