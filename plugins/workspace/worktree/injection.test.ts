/** Hostile words in everything that a workspace is made from: git gets them as names or not at all, and no path leaves its folder. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginError } from '../../../src/slots/errors.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';
import { hostileWords } from '../../../test/support/hostile-words.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

async function refusing(act: () => Promise<unknown>): Promise<'refused' | 'done'> {
  try {
    await act();
    return 'done';
  } catch (error) {
    if (error instanceof PluginError) return 'refused';
    throw error;
  }
}

const PLACES: Readonly<Record<string, (world: WorktreeHarness, word: string) => Promise<unknown>>> =
  {
    id: (world, word) => world.workspace.create(world.spec(word)),
    branch: (world, word) => world.workspace.create(world.spec('s-1', { branch: word })),
    'branch that may exist': (world, word) =>
      world.workspace.create(world.spec('s-2', { branch: word, reuseBranch: true })),
    base: (world, word) => world.workspace.create(world.spec('s-3', { base: word })),
    'snapshot ref': (world, word) => world.workspace.restore(world.spec('s-4'), word),
    'base of a diff': async (world, word) => {
      const { path } = await world.workspace.create(world.spec('s-5'));
      return world.workspace.diff(path, word);
    },
    'base of a look': async (world, word) => {
      const { path } = await world.workspace.create(world.spec('s-6'));
      const { ahead } = await world.workspace.state(path, word);
      expect(ahead).toBe(0);
    },
  };
/** Only compared with: what is not there is no difference. */
const MAY_WORK = new Set(['base of a look']);
/** Odd, but names of branches to git; harmless, because it gets them as one word behind its options. */
const NAMES = /^(?![-/.])(?!.*(?:\.\.|@\{|[\s~^:?*[\\]))[^\0-\x20\x7f]+$/;

test.each(Object.entries(PLACES))('%s', async (place, act) => {
  const world = await worktreeHarness();
  try {
    const canary = join(world.temp, 'canary');
    const outside = readdirSync(world.temp).toSorted();
    for (const word of hostileWords(canary)) {
      const result = await refusing(() => act(world, word));
      if (!MAY_WORK.has(place) && !(place.startsWith('branch') && NAMES.test(word)))
        expect(result, JSON.stringify(word)).toBe('refused');
      expect(existsSync(canary), JSON.stringify(word)).toBe(false);
    }
    expect(
      readdirSync(world.temp).filter((name) => name !== 'work trees' && !outside.includes(name)),
    ).toEqual([]);
  } finally {
    await world.dispose();
  }
});

test.each(['../out', '/etc/cron.d/x', 'a/../../out', '.git/hooks/post-checkout', 'a\0b'])(
  'a file %j is not placed outside the workspace',
  async (name) => {
    const world = await worktreeHarness();
    try {
      const spec: Partial<WorkspaceSpec> = { files: { [name]: 'x' } };
      const result = await refusing(() => world.workspace.create(world.spec('s-1', spec)));
      expect([result, existsSync(join(world.root, 'out'))]).toEqual(['refused', false]);
    } finally {
      await world.dispose();
    }
  },
);
