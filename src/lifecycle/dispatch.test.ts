import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { readEvents } from '../db/event-store.ts';
import { loadSnapshot } from '../db/load-snapshots.ts';
import { jobState, outboxDepth } from '../db/outbox-view.ts';
import { allSteers } from '../db/session-store.ts';

const ID = sessionId('app-1');
const send = (steer: string) =>
  ({
    type: 'command',
    command: { type: 'send', steer, text: steer, files: [], urgent: false, source: null },
    by: DANA,
  }) as const;

function created(options: Parameters<typeof lifecycleWorld>[0] = {}) {
  const world = lifecycleWorld(options);
  world.dispatch.create(freshSnapshot({ id: ID }, world.clock.now()), [
    { type: 'session.spawned', by: DANA },
  ]);
  return world;
}

test('state, events and effects of a decision are saved together, and read again after a restart', () => {
  const world = created();
  world.dispatch.input(ID, { type: 'command', command: { type: 'admit' }, by: DANA });
  expect(jobState(world.db, 'create_workspace:app-1:0')).toBe('pending');
  expect(readEvents(world.db, { session: ID, limit: 10 }).map((row) => row.event.type)).toEqual([
    'session.spawned',
    'session.admitted',
    'session.status',
  ]);
  expect(world.restart().snapshot(ID)).toEqual(world.dispatch.snapshot(ID));
});

test.each(['the projection', 'the caller'] as const)(
  'a throw of %s inside the transaction changes nothing, in memory neither',
  (who) => {
    let broken = false;
    const world = created({
      project: () => {
        if (broken && who === 'the projection') throw new Error('no');
        return [];
      },
    });
    const before = {
      held: world.dispatch.snapshot(ID),
      stored: loadSnapshot(world.db, ID),
      events: readEvents(world.db, { limit: 100 }),
      depth: outboxDepth(world.db),
    };
    broken = true;
    const also = (): void => {
      if (who === 'the caller') throw new Error('no');
    };
    expect(() => world.dispatch.input(ID, send('m1'), also)).toThrow('no');
    expect({
      held: world.dispatch.snapshot(ID),
      stored: loadSnapshot(world.db, ID),
      events: readEvents(world.db, { limit: 100 }),
      depth: outboxDepth(world.db),
    }).toEqual(before);
  },
);

test('a decision inside a transaction that is rolled back is forgotten, and nobody hears of it', async () => {
  const world = created();
  const heard: string[] = [];
  await Promise.resolve();
  world.dispatch.onChange((change) => void heard.push(change.session));
  const before = world.dispatch.snapshot(ID);
  const attempt = (): void =>
    world.db.transaction(() => {
      world.dispatch.input(ID, send('m1'));
      expect(world.dispatch.snapshot(ID)?.steers).toHaveLength(2);
      world.dispatch.create(freshSnapshot({ id: sessionId('app-2') }), []);
      throw new Error('the disk is full');
    });
  expect(attempt).toThrow('the disk is full');
  expect(world.dispatch.snapshot(ID)).toEqual(before);
  expect(world.dispatch.snapshot('app-2')).toBeNull();
  await Promise.resolve();
  expect(heard).toEqual([]);
  world.dispatch.input(ID, send('m2'));
  expect(world.dispatch.snapshot(ID)?.steers.map((steer) => steer.id)).toEqual(['task', 'm2']);
});

test('a decision inside a transaction that commits is told once, after it', async () => {
  const world = created();
  await Promise.resolve();
  const heard: number[] = [];
  world.dispatch.onChange(({ version }) => void heard.push(version));
  world.db.transaction(() => {
    world.dispatch.input(ID, send('m1'));
    expect(heard).toEqual([]);
  });
  await Promise.resolve();
  expect(heard).toEqual([world.dispatch.version(ID)]);
});

test('somebody who listens and throws stops nobody else', () => {
  const world = created();
  const heard: string[] = [];
  world.dispatch.onChange(() => {
    throw new Error('no');
  });
  world.dispatch.onChange(({ session }) => void heard.push(session));
  world.dispatch.input(ID, send('m1'));
  expect(heard).toEqual([ID]);
});

test('what changes nothing writes nothing', () => {
  const world = created();
  const version = world.dispatch.version(ID);
  world.dispatch.input(ID, { type: 'fact', fact: { type: 'reconciled', what: null } });
  expect(world.dispatch.version(ID)).toBe(version);
});

test('an unknown session is no error', () =>
  expect(lifecycleWorld().dispatch.input(ID, send('m1'))).toBeNull());

test('a message that leaves memory is saved as it became, and messages of one moment keep their order', () => {
  const world = created();
  for (const id of ['z', 'y', 'x']) world.dispatch.input(ID, send(id));
  expect(
    world
      .restart()
      .snapshot(ID)
      ?.steers.map((steer) => steer.id),
  ).toEqual(['task', 'z', 'y', 'x']);
  for (let n = 0; n < 30; n += 1) {
    world.dispatch.input(ID, send(`m${n}`));
    world.dispatch.input(ID, {
      type: 'command',
      command: { type: 'remove_steer', steer: `m${n}` },
      by: DANA,
    });
  }
  // It is the oldest of all that are over: trimmed from memory by the very decision that ends it.
  world.dispatch.input(ID, {
    type: 'command',
    command: { type: 'remove_steer', steer: 'z' },
    by: DANA,
  });
  expect(world.dispatch.snapshot(ID)?.steers.some((steer) => steer.id === 'z')).toBe(false);
  expect(allSteers(world.db, ID).find((steer) => steer.id === 'z')?.state).toBe('removed');
});
