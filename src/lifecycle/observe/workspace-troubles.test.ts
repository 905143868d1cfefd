import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { memoryKeyValue } from '../../../test/support/plugin-context.ts';
import { readEvents } from '../../db/event-store.ts';
import type { WorkspaceTrouble } from '../../domain/session/facts.ts';
import { troubleTexts } from '../../domain/text/workspace-trouble.ts';
import type { WorkspacePlugin } from '../../slots/workspace.ts';
import type { Project } from '../plugins.ts';
import { lookForTroubles } from './workspace-troubles.ts';

const key = (name: string): WorkspaceTrouble => ({
  kind: 'key',
  file: '/r/.git/config',
  key: name,
});
const refused = (text: string): WorkspaceTrouble => ({ kind: 'refused', text });

async function observed(...ids: readonly string[]) {
  const world = lifecycleWorld();
  for (const id of ids) await world.working(id);
  const found = {
    shared: [] as WorkspaceTrouble[],
    own: {} as Record<string, readonly WorkspaceTrouble[]>,
  };
  const workspace = {
    troubles: async (_repo: string, paths: readonly string[]) => ({
      shared: found.shared,
      own: new Map(paths.map((path) => [path, found.own[path.split('/').at(-1) ?? ''] ?? []])),
    }),
  } as unknown as WorkspacePlugin;
  const plugins = {
    ...world.plugins,
    project: () => ({ repo: '/r' }) as Project,
    workspace: () => workspace,
  };
  const told = memoryKeyValue();
  return {
    found,
    world,
    round: (dispatch = world.dispatch) => lookForTroubles({ ...world, dispatch, plugins, told }),
    told: () =>
      readEvents(world.db, { after: 0, limit: 500 }).flatMap(({ session, event }) =>
        event.type === 'workspace.trouble'
          ? event.troubles.map(
              (one) => `${session}: ${one.kind === 'refused' ? one.text : one.key}`,
            )
          : [],
      ),
    present: (id: string, dispatch = world.dispatch) =>
      dispatch.snapshot(id)?.facts.workspaceTrouble?.present,
  };
}

test('what is in the repository is told in one session, once also over a restart, and is the state of all', async () => {
  const { found, world, round, told, present } = await observed('app-1', 'app-2');
  await round();
  expect(told()).toEqual([]);
  found.shared = [key('filter.h.clean')];
  await round();
  await round();
  await round(world.restart());
  expect(told()).toEqual(['app-1: filter.h.clean']);
  expect(present('app-2')).toEqual(found.shared);

  found.shared = [key('filter.h.clean'), key('core.fsmonitor')];
  await round();
  expect(told()).toEqual(['app-1: filter.h.clean', 'app-1: core.fsmonitor']);
  found.shared = [];
  await round();
  expect(present('app-1')).toEqual([]);
  found.shared = [key('filter.h.clean')];
  await round();
  expect(told(), 'no flood by a key that comes and goes').toHaveLength(2);
});

test('what a session that ended was told is not told again to the next', async () => {
  const { found, world, round, told } = await observed('app-1');
  found.shared = [key('alias.x')];
  await round();
  world.dispatch.input(sessionId('app-1'), { type: 'fact', fact: { type: 'workspace_missing' } });
  await world.working('app-2');
  await round();
  expect(told()).toEqual(['app-1: alias.x']);
});

test("what is in a session's own files is told there, also where all sessions suffer from it", async () => {
  const { found, round, told, present } = await observed('app-1', 'app-2');
  found.own['app-2'] = [refused('The .git of app-2 is a link.')];
  await round();
  found.own['app-2'] = [refused('HEAD is a pipe.')];
  found.shared = [refused('HEAD is a pipe.')];
  await round();
  expect(told()).toEqual(['app-2: The .git of app-2 is a link.', 'app-2: HEAD is a pipe.']);
  expect(present('app-1')).toEqual(found.shared);
  expect(present('app-2')).toEqual(found.shared);
});

test('whoever makes any number of them is told of twenty', async () => {
  const { found, round, told, present } = await observed('app-1');
  for (let at = 0; at < 60; at += 1) {
    found.shared = Array.from({ length: at + 1 }, (_, n) => key(`alias.x${at}-${n}`));
    await round();
  }
  expect(told()).toHaveLength(20);
  expect(present('app-1')).toHaveLength(20);
});

test('keys of one file are one text, without the characters their writer chose to hide behind', () => {
  const keys = ['filter.a\u0000\u202eb\n.clean', ...'abcdef'].map(key);
  expect(troubleTexts([...keys, refused('Gone.')])).toEqual([
    'Gone.',
    expect.stringMatching(
      /^\/r\/\.git\/config names .*: filter\.a b \.clean, a, b, c, d and 2 more\. /,
    ),
  ]);
});
