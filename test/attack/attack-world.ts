import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localScmConfig } from '../../plugins/scm/local/config.ts';
import { createLocalScm } from '../../plugins/scm/local/local-scm.ts';
import { worktreeConfig } from '../../plugins/workspace/worktree/config.ts';
import { createWorktreeWorkspace } from '../../plugins/workspace/worktree/worktree-workspace.ts';
import type { ScmPlugin } from '../../src/slots/scm.ts';
import type { WorkspacePlugin, WorkspaceSpec } from '../../src/slots/workspace.ts';
import { check } from '../support/local-scm-world.ts';
import { memoryKeyValue, pluginContext } from '../support/plugin-context.ts';
import { gitEnv, makeRepo, type Repo, repoAt, tempDir } from '../support/tmp.ts';

/** A project that ao took on, a session's worktree in it with work of an agent, and an agent that means harm. */
export interface AttackWorld {
  readonly path: string;
  readonly repo: Repo;
  readonly upstream: Repo;
  /** The session's worktree, on branch `ao/app-1`. */
  readonly tree: Repo;
  /** A program that leaves a mark and hands its input on. Runs where the file `canary` appears. */
  readonly program: string;
  /** Where the program ran, a line each; empty when nowhere. */
  marks(): string;
  forgetMarks(): void;
  /** git as it comes, with all that a repository says. Never throws. */
  plainGit(cwd: string, ...args: readonly string[]): string;
  /** As the agent writes: below the worktree or the repository. */
  write(file: string, text: string): void;
  workspace: WorkspacePlugin;
  scm: ScmPlugin;
  /** Another process of the bot on the same data. */
  restart(): void;
  spec(id: string, more?: Partial<WorkspaceSpec>): WorkspaceSpec;
  close(): Promise<void>;
}

export const SECRET = 'the secret of another repository';

export async function attackWorld(): Promise<AttackWorld> {
  const temp = tempDir('ao-attack-');
  const upstream = makeRepo({ in: temp.path, name: 'upstream', files: FILES });
  upstream.git('branch', 'feat/theirs');
  const repo = repoAt(join(temp.path, 'repo'));
  upstream.git('clone', '-q', upstream.path, repo.path);
  const marks = join(temp.path, 'canary');
  const program = join(temp.path, 'program');
  writeFileSync(program, `#!/bin/sh\necho "$PWD $*" >> '${marks}'\nexec cat\n`);
  chmodSync(program, 0o755);
  const stateDir = join(temp.path, 'state');
  const kv = memoryKeyValue();
  const dataOf = (name: string): string => {
    const dataDir = join(temp.path, 'data', name);
    mkdirSync(dataDir, { recursive: true });
    return dataDir;
  };
  const git = { stateDir, filters: {} };
  const build = () => {
    const project = {
      id: 'app',
      repo: repo.path,
      defaultBranch: 'main',
      checks: [check('files', 'test -f a.txt')],
    };
    return {
      workspace: createWorktreeWorkspace(worktreeConfig.parse({}), {
        ...pluginContext({ dataDir: dataOf('worktree') }),
        git,
      }),
      scm: createLocalScm(
        localScmConfig.parse({}),
        { ...pluginContext({ id: 'local:app', dataDir: dataOf('local'), project, kv }), git },
        project,
      ),
    };
  };
  const spec: AttackWorld['spec'] = (id, more) => ({
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
  });
  const plugins = build();
  await plugins.scm.start();
  const { path } = await plugins.workspace.create(spec('app-1'));
  const tree = repoAt(path);
  tree.write('a.txt', 'one\nagent\n');
  tree.git('commit', '-qam', 'work');
  tree.write('a.txt', 'one\nagent\nnot committed\n');
  const world: AttackWorld = {
    path: temp.path,
    repo,
    upstream,
    tree,
    program,
    ...plugins,
    spec,
    marks: () => (existsSync(marks) ? readFileSync(marks, 'utf8') : ''),
    forgetMarks: () => rmSync(marks, { force: true }),
    plainGit(cwd, ...args) {
      try {
        return execFileSync('git', args, {
          cwd,
          env: { ...gitEnv(), GIT_TERMINAL_PROMPT: '0' },
          input: 'protocol=https\nhost=example.test\n\n',
          encoding: 'utf8',
          stdio: ['pipe', 'pipe', 'pipe'],
          timeout: 20_000,
        });
      } catch {
        return '';
      }
    },
    write(file, text) {
      const target = join(temp.path, file);
      mkdirSync(join(target, '..'), { recursive: true });
      writeFileSync(target, text);
    },
    restart() {
      Object.assign(world, build());
    },
    async close() {
      await world.scm.stop();
      temp.remove();
    },
  };
  return world;
}

const FILES = { 'a.txt': 'one\n', 'b.txt': 'two\n', 'README.md': 'hello\n' };
