import { onTestFinished, test } from 'vitest';
import { APP } from '../../../test/support/command-world.ts';
import { lifecycleWorld } from '../../../test/support/lifecycle-world.ts';
import { until } from '../../../test/support/until.ts';
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
  const observer = createPullRequestObserver({ ...world, plugins, redact: (text) => text, interval: () => 1_000 });
  observer.start();
  onTestFinished(() => observer.stop());
  await until(() => world.logged.some((line) => line.includes('could not be taken in')), 5_000, 'the first look');
  const first = looks;
  const later = (seen: () => boolean): boolean => {
    world.clock.pass(1_000);
    return seen();
  };
  await until(() => later(() => looks > first), 5_000, 'the next look');
  full = false;
  await until(() => later(() => world.dispatch.snapshot('app-1')?.facts.forge?.reason === 'The token is bad.'), 5_000, 'what the forge says');
});
