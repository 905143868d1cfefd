import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import type { WorkspacePlugin, WorkspaceSpec } from '../../../src/slots/workspace.ts';
import { CONTRACT_FILES, type WorkspaceHarness } from '../../../test/contract/workspace.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { makeRepo, tempDir } from '../../../test/support/tmp.ts';
import { worktreeConfig } from './config.ts';
import { createWorktreeWorkspace } from './worktree-workspace.ts';

export interface WorktreeHarness extends WorkspaceHarness {
  readonly temp: string;
  readonly root: string;
  spec(id: string, more?: Partial<WorkspaceSpec>): WorkspaceSpec;
  /** The plugin with another configuration. */
  build(config: { bin?: string; root?: string }): WorkspacePlugin;
}

/** A worktree plugin and a repository in a fresh folder. For tests. */
export async function worktreeHarness(
  after: Clock['after'] = systemClock.after,
): Promise<WorktreeHarness> {
  const temp = tempDir('ao-worktree-');
  let time: number | null = null;
  const clock = { now: () => time ?? systemClock.now(), after };
  const root = join(temp.path, 'work trees');
  const context = pluginContext({ dataDir: root, clock });
  const repo = makeRepo({ in: temp.path, files: CONTRACT_FILES });
  const build: WorktreeHarness['build'] = (config) =>
    createWorktreeWorkspace(worktreeConfig.parse(config), context);
  return {
    workspace: build({}),
    repo,
    temp: temp.path,
    root,
    build,
    setTime(now) {
      time = now;
    },
    spec: (id, more) => ({
      id,
      repo: repo.path,
      branch: `ao/${id}`,
      base: 'main',
      reuseBranch: false,
      copies: [],
      symlinks: [],
      postCreate: [],
      postCreateTimeoutMs: 10_000,
      files: {},
      ...more,
    }),
    async dispose() {
      temp.remove();
    },
  };
}
