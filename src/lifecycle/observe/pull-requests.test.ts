import { expect, onTestFinished, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { APP } from '../../../test/support/command-world.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { until } from '../../../test/support/until.ts';
import { readEvents } from '../../db/event-store.ts';
import { authFailed } from '../../slots/errors.ts';
import type { ScmPlugin } from '../../slots/scm.ts';
import { createPullRequestObserver } from './pull-requests.ts';

test('a forge that fails while the disk is full is looked at again', async () => {
  let full = false;
  const world = lifecycleWorld({
    project() {
      if (full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      return [];
    },
  });
  await world.working('app-1');
  full = true;
  let looks = 0;
  const scm = {
    onChange: () => () => {},
    async pullRequests() {
      looks += 1;
      throw authFailed('AO_TEST', 'The token is bad.');
    },
  } as unknown as ScmPlugin;
  const plugins = { ...world.plugins, projects: () => [APP], scm: () => scm };
  const observer = createPullRequestObserver({
    ...world,
    plugins,
    redact: (text) => text,
    interval: () => 1_000,
  });
  observer.start();
  onTestFinished(() => observer.stop());
  await until(
    () => world.logged.some((line) => line.includes('could not be taken in')),
    5_000,
    'the first look',
  );
  const first = looks;
  const later = (seen: () => boolean): boolean => {
    world.clock.pass(1_000);
    return seen();
  };
  await until(() => later(() => looks > first), 5_000, 'the next look');
  full = false;
  await until(
    () =>
      later(() => world.dispatch.snapshot('app-1')?.facts.forge?.reason === 'The token is bad.'),
    5_000,
    'what the forge says',
  );
});

const MINUTE = 60_000;

async function observed() {
  const world = lifecycleWorld();
  for (const id of ['app-1', 'app-2']) await world.working(id);
  const scm = createFakeScm(() => world.clock.now());
  const observer = createPullRequestObserver({
    ...world,
    plugins: { ...world.plugins, projects: () => [APP], scm: () => scm },
    interval: () => MINUTE,
    redact: (text) => text,
  });
  const forge = () =>
    ['app-1', 'app-2'].map(
      (id) => world.dispatch.snapshot(sessionId(id))?.facts.forge?.reason ?? null,
    );
  return { world, scm, observer, forge };
}

test('an answer that nobody understands is told when it lasts: what is shown is old then', async () => {
  const { world, scm, observer, forge } = await observed();
  scm.failWith = new TypeError('Cannot read properties of undefined');
  await observer.round('app');
  expect(forge()).toEqual([null, null]);
  world.clock.pass(5 * MINUTE);
  await observer.round('app');
  for (const reason of forge())
    expect(reason).toMatch(/was not understood \(Cannot read properties of undefined\)/);
  scm.failWith = null;
  await observer.round('app');
  expect(forge()).toEqual([null, null]);
});

test('a new name of the repository is told once, in one session of the project', async () => {
  const { world, scm, observer } = await observed();
  const told: number[] = [];
  const moved = { from: 'acme/app', to: 'acme/web', told: () => void told.push(1) };
  Object.assign(scm, { moved: () => (told.length === 0 ? moved : null) });
  for (let n = 0; n < 3; n += 1) await observer.round('app');
  expect(told).toHaveLength(1);
  expect(
    readEvents(world.db, { limit: 1_000 }).filter(({ event }) => event.type === 'forge.moved'),
  ).toHaveLength(1);
});
