import { expect, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { readEvents } from '../../db/event-store.ts';
import type { Project } from '../plugins.ts';
import { createPullRequestObserver } from './pull-requests.ts';

const APP = { id: 'app' } as unknown as Project;
const MINUTE = 60_000;

async function observed() {
  const world = lifecycleWorld({ inMemory: true });
  for (const id of ['app-1', 'app-2']) await world.working(id);
  const scm = createFakeScm(() => world.clock.now());
  const observer = createPullRequestObserver({
    ...world,
    plugins: { ...world.plugins, projects: () => [APP], scm: () => scm },
    interval: () => MINUTE,
    redact: (text) => text,
  });
  const forge = () => ['app-1', 'app-2'].map((id) => world.dispatch.snapshot(sessionId(id))?.facts.forge?.reason ?? null);
  return { world, scm, observer, forge };
}

test('an answer that nobody understands is told when it lasts: what is shown is old then', async () => {
  const { world, scm, observer, forge } = await observed();
  scm.failWith = new TypeError('Cannot read properties of undefined');
  await observer.round('app');
  expect(forge()).toEqual([null, null]);
  world.clock.pass(5 * MINUTE);
  await observer.round('app');
  for (const reason of forge()) expect(reason).toMatch(/was not understood \(Cannot read properties of undefined\)/);
  scm.failWith = null;
  await observer.round('app');
  expect(forge()).toEqual([null, null]);
});

test('a new name of the repository is told once, in one session of the project', async () => {
  const { world, scm, observer } = await observed();
  let told = 0;
  const moved = { from: 'acme/app', to: 'acme/web', told: () => void (told += 1) };
  Object.assign(scm, { moved: () => (told === 0 ? moved : null) });
  for (let n = 0; n < 3; n += 1) await observer.round('app');
  expect(told).toBe(1);
  expect(readEvents(world.db, { limit: 1_000 }).filter(({ event }) => event.type === 'forge.moved')).toHaveLength(1);
});
