import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import worktree from '../../plugins/workspace/worktree/index.ts';
import { type BotWorld, botWorld } from '../support/bot-world.ts';
import { pluginContext } from '../support/plugin-context.ts';
import { until } from '../support/until.ts';

let bot: BotWorld;
afterEach(() => bot.close());

it('prune finds what ao left behind and nothing of anybody else; removed only when told to, work in it is kept', async () => {
  bot = await botWorld({
    project: { trigger: { enabled: false } },
    more: { lifecycle: { undoDays: 0 } },
  });
  await bot.start();
  const { commands, reader, admin } = bot.app();
  const spawned = await commands.spawn(admin, {
    project: 'sample',
    channel: null,
    issues: [],
    text: 'Tidy up',
    agent: null,
    model: null,
    base: null,
    prompt: null,
    plan: false,
    again: false,
    key: null,
  });
  const id = spawned.ok ? (spawned.value[0]?.session?.id ?? '') : '';
  const view = () => {
    const found = reader.session(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  const path = await until(() => view().workspacePath, { what: 'the worktree', timeoutMs: 30_000 });
  writeFileSync(join(path, 'notes.md'), 'half an idea\n');
  await commands.kill(admin, id, null);
  await until(() => view().workspacePath === null && view().snapshotRef !== null, {
    what: 'the worktree to be removed',
    timeoutMs: 30_000,
  });

  // Left behind by a lost database, and somebody's own.
  const dataDir = join(bot.repo.path, '..', 'data', 'plugins', 'workspace', 'worktree');
  const lost = await worktree
    .create(worktree.config.parse({}), pluginContext({ id: 'worktree', dataDir }))
    .create({
      id: 'sample-99',
      repo: bot.repo.path,
      branch: 'feat/lost',
      base: 'main',
      reuseBranch: false,
      copies: [],
      symlinks: [],
      postCreate: [],
      postCreateTimeoutMs: 1_000,
      files: {},
    });
  writeFileSync(join(lost.path, 'work.txt'), 'not committed\n');
  const mine = join(bot.repo.path, '..', 'mine');
  bot.repo.git('worktree', 'add', '--quiet', mine, '-b', 'mine');

  const look = async (apply: boolean) => {
    const items = await commands.prune(admin, apply);
    return items.ok ? items.value : [];
  };
  const seen = await look(false);
  expect(seen.map((item) => `${item.kind} ${item.session}`).toSorted()).toEqual([
    `snapshot ${id}`,
    'worktree sample-99',
  ]);
  expect(seen.every((item) => item.done === null)).toBe(true);
  expect(existsSync(lost.path)).toBe(true);

  const removed = await look(true);
  expect(removed.map((item) => item.done)).toEqual([{ refusal: null }, { refusal: null }]);
  expect(existsSync(lost.path)).toBe(false);
  expect(existsSync(mine)).toBe(true);
  expect(bot.repo.git('branch', '--list', 'feat/lost')).toContain('feat/lost');
  const kept = bot.repo
    .git('for-each-ref', '--format=%(refname)', 'refs/ao/snapshots')
    .trim()
    .split('\n');
  expect(kept).toEqual(['refs/ao/snapshots/sample-99/1']);
  expect(bot.repo.git('show', `${kept[0]}:work.txt`)).toContain('not committed');
  expect(await look(false)).toEqual([]);
}, 120_000);
