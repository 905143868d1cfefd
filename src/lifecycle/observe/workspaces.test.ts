import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lifecycleWorld } from '../../../test/support/lifecycle-world.ts';
import { memoryKeyValue } from '../../../test/support/plugin-context.ts';
import { createWorkspaceObserver } from './workspaces.ts';

const observed = async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  const path = join(world.dir, 'app-1');
  const observer = createWorkspaceObserver({ ...world, interval: 1_000, told: memoryKeyValue() });
  const ended = () => world.dispatch.snapshot('app-1')?.session.ended ?? null;
  return { world, path, observer, ended };
};

test('a folder that is deleted while the agent runs ends the session, with words that say what to do', async () => {
  const { world, path, observer, ended } = await observed();
  await observer.round();
  expect(ended()).toBeNull();
  rmSync(path, { recursive: true });
  world.workspaces.missing.add(path);
  await observer.round();
  expect(ended()).toBeNull();
  await observer.round();
  expect(ended()).toMatchObject({
    cause: 'terminated',
    reason: expect.stringMatching(/app-1 is gone\. .*Restore/),
  });
});

test('nothing is concluded from a disk that is away, or a workspace that can not be looked at', async () => {
  const { world, path, observer, ended } = await observed();
  rmSync(path, { recursive: true });
  world.workspaces.broken = true;
  for (let n = 0; n < 3; n += 1) await observer.round();
  world.workspaces.broken = false;
  world.workspaces.missing.add(path);
  rmSync(world.dir, { recursive: true });
  for (let n = 0; n < 3; n += 1) await observer.round();
  expect(ended()).toBeNull();
});
