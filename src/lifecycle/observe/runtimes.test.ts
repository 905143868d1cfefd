import { expect, test } from 'vitest';
import { APP } from '../../../test/support/command-world.ts';
import { lifecycleWorld } from '../../../test/support/lifecycle-world.ts';
import type { AgentWatch } from '../../slots/agent.ts';
import type { AgentWatches } from '../agents.ts';
import { createRuntimeObserver } from './runtimes.ts';

test('an agent that could not be watched is watched as soon as that works, told once until then', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  let broken = true;
  let watch: AgentWatch | null = null;
  const agents: AgentWatches = {
    ...world.agents,
    open(session, handle) {
      if (broken) throw new Error('no watch today');
      watch = world.agents.open(session, handle);
      return watch;
    },
    get: () => watch,
  };
  const plugins = { ...world.plugins, projects: () => [APP] };
  const observer = createRuntimeObserver({ ...world, plugins, agents, interval: 1_000 });
  await observer.round();
  await observer.round();
  expect(world.logged.filter((line) => line.includes('can not be watched'))).toHaveLength(1);
  broken = false;
  await observer.round();
  await observer.round();
  expect(world.watched).toEqual(['app-1']);
});
