import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeRepo } from '../support/tmp.ts';
import type { AttackWorld } from './attack-world.ts';

/** Something an agent writes so that ao's git runs its program. */
export interface Plant {
  readonly name: string;
  readonly plant: (world: AttackWorld) => void;
  /** Runs git as it comes, so that the mark appears: the plant is alive. */
  readonly live: (world: AttackWorld) => void;
  /** ao runs no git: in this worktree, or in the whole repository. */
  readonly refused?: 'worktree' | 'repository';
  /** What ao refuses to do with it so that no work is lost: the code, by the name of the deed. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** In `npm test`; the others in `npm run test:attack`. */
  readonly fast?: boolean;
}

const set = (world: AttackWorld, ...pairs: ReadonlyArray<readonly [string, string]>): void => {
  for (const [key, value] of pairs) world.repo.git('config', key, value);
};

/** In the worktree's files and in the repository's own list. */
export const attributes = (world: AttackWorld, text: string): void => {
  world.tree.write('.gitattributes', text);
  mkdirSync(join(world.repo.path, '.git/info'), { recursive: true });
  writeFileSync(join(world.repo.path, '.git/info/attributes'), text);
};

const gitIn = (world: AttackWorld, ...args: readonly string[]): void =>
  void world.plainGit(world.tree.path, ...args);

const driver = (name: string, key: string, text: string, ...live: readonly string[]): Plant => ({
  name,
  plant(world) {
    set(world, [key, world.program]);
    attributes(world, text);
  },
  live: (world) => gitIn(world, ...live),
});

const HOOKS = [
  'post-checkout',
  'reference-transaction',
  'post-index-change',
  'pre-commit',
  'post-commit',
  'pre-merge-commit',
  'post-merge',
  'pre-push',
  'pre-rebase',
  'post-rewrite',
  'prepare-commit-msg',
  'commit-msg',
  'fsmonitor-watchman',
  'pre-auto-gc',
  'sendemail-validate',
];

const hooks = (world: AttackWorld, folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const hook of HOOKS) {
    writeFileSync(join(folder, hook), `#!/bin/sh\n'${world.program}' ${hook} < /dev/null\n`);
    chmodSync(join(folder, hook), 0o755);
  }
};

/** A git directory of plain files, whose configuration names the program. */
const fakeGitDir = (world: AttackWorld, folder: string): void => {
  mkdirSync(join(folder, 'objects'), { recursive: true });
  mkdirSync(join(folder, 'refs/heads'), { recursive: true });
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(
    join(folder, 'config'),
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = ${world.program}\n\tworktree = ${world.tree.path}\n`,
  );
};

const status = (world: AttackWorld): void => gitIn(world, 'status');
const fetchOrigin = (world: AttackWorld): void =>
  gitIn(world, 'fetch', 'origin', '+refs/heads/*:refs/x/*');

export const PLANTS: readonly Plant[] = [
  driver('filter clean', 'filter.h.clean', '* filter=h\n', 'add', '-A'),
  {
    ...driver('filter smudge', 'filter.h.smudge', '* filter=h\n', 'status'),
    live(world) {
      rmSync(join(world.tree.path, 'b.txt'));
      gitIn(world, 'checkout', '--', 'b.txt');
    },
    fast: true,
  },
  driver('filter process', 'filter.h.process', '* filter=h\n', 'add', '-A'),
  driver(
    'a filter named lfs with another command',
    'filter.lfs.clean',
    '* filter=lfs\n',
    'add',
    '-A',
  ),
  driver('diff textconv', 'diff.h.textconv', '* diff=h\n', 'diff', 'HEAD'),
  driver('diff command', 'diff.h.command', '* diff=h\n', 'diff', 'HEAD'),
  driver('diff external', 'diff.external', '', 'diff', 'HEAD'),
  {
    ...driver('merge driver', 'merge.h.driver', '* merge=h\n'),
    plant(world) {
      set(world, ['merge.h.driver', `${world.program} %A`]);
      attributes(world, '* merge=h\n');
      world.repo.write('a.txt', 'zero\none\n');
      world.repo.git('commit', '-qam', 'base moves on');
    },
    live(world) {
      gitIn(world, 'stash');
      gitIn(world, 'merge', '--no-commit', 'main');
      gitIn(world, 'reset', '--hard', 'ao/app-1');
      gitIn(world, 'stash', 'pop');
    },
  },
  {
    name: 'core.fsmonitor',
    plant: (world) => set(world, ['core.fsmonitor', world.program]),
    live: status,
    fast: true,
  },
  {
    name: 'core.hooksPath',
    plant(world) {
      hooks(world, join(world.tree.path, 'hooks'));
      set(world, ['core.hooksPath', join(world.tree.path, 'hooks')]);
    },
    live: (world) => gitIn(world, 'update-ref', 'refs/x/1', 'HEAD'),
  },
  {
    name: 'hooks in the repository',
    plant: (world) => hooks(world, join(world.repo.path, '.git/hooks')),
    live: (world) => gitIn(world, 'update-ref', 'refs/x/1', 'HEAD'),
    fast: true,
  },
  {
    name: 'core.sshCommand',
    plant: (world) =>
      set(world, ['core.sshCommand', world.program], ['remote.origin.url', 'ssh://127.0.0.1:1/x']),
    live: fetchOrigin,
  },
  {
    name: 'remote uploadpack',
    plant: (world) => set(world, ['remote.origin.uploadpack', world.program]),
    live: fetchOrigin,
  },
  {
    name: 'remote vcs',
    plant(world) {
      set(
        world,
        ['remote.origin.vcs', 'ext'],
        ['remote.origin.url', world.program],
        ['protocol.ext.allow', 'always'],
      );
    },
    live: fetchOrigin,
  },
  {
    name: 'url insteadOf with ext::',
    plant: (world) =>
      set(
        world,
        [`url.ext::${world.program} .insteadOf`, world.upstream.path],
        ['protocol.ext.allow', 'always'],
      ),
    live: fetchOrigin,
    fast: true,
  },
  {
    name: 'credential helper',
    plant: (world) => set(world, ['credential.helper', `!${world.program}`]),
    live: (world) => gitIn(world, 'credential', 'fill'),
  },
  {
    name: 'gpg program',
    plant: (world) =>
      set(
        world,
        ['gpg.program', world.program],
        ['commit.gpgSign', 'true'],
        ['user.signingKey', 'x'],
      ),
    live: (world) => gitIn(world, 'commit', '--allow-empty', '-m', 'signed'),
  },
  {
    name: 'include.path',
    plant(world) {
      world.tree.write('more.config', `[core]\n\tfsmonitor = ${world.program}\n`);
      set(world, ['include.path', join(world.tree.path, 'more.config')]);
    },
    live: status,
    fast: true,
  },
  {
    name: 'config.worktree',
    plant(world) {
      set(world, ['extensions.worktreeConfig', 'true']);
      world.tree.git('config', '--worktree', 'core.fsmonitor', world.program);
    },
    live: status,
  },
  {
    name: 'an alias',
    plant: (world) =>
      set(world, ['alias.zz', `!${world.program}`], ['alias.status', `!${world.program}`]),
    live: (world) => gitIn(world, 'zz'),
  },
  {
    name: 'alternateRefsCommand',
    plant(world) {
      set(world, ['core.alternateRefsCommand', world.program]);
      // Somebody else's plant gives the alternates; this one is alive by the same command alone.
      set(world, ['alias.zz', `!${world.program}`]);
    },
    live: (world) => gitIn(world, 'zz'),
  },
  {
    name: 'core.worktree and core.pager',
    plant: (world) =>
      set(
        world,
        ['core.worktree', world.path],
        ['core.pager', world.program],
        ['core.fsmonitor', world.program],
      ),
    live: status,
  },
  {
    name: '.git as a file that names a folder of plain files',
    plant(world) {
      fakeGitDir(world, join(world.tree.path, 'docs'));
      writeFileSync(join(world.tree.path, '.git'), `gitdir: ${join(world.tree.path, 'docs')}\n`);
    },
    live: status,
    refused: 'worktree',
    fast: true,
  },
  {
    name: '.git as a folder',
    plant(world) {
      rmSync(join(world.tree.path, '.git'));
      fakeGitDir(world, join(world.tree.path, '.git'));
    },
    live: status,
    refused: 'worktree',
  },
  {
    name: '.git as a link',
    plant(world) {
      rmSync(join(world.tree.path, '.git'));
      fakeGitDir(world, join(world.tree.path, 'docs'));
      symlinkSync('docs', join(world.tree.path, '.git'));
    },
    live: status,
    refused: 'worktree',
  },
  {
    name: 'commondir of another repository',
    plant(world) {
      const gitDir = gitDirOf(world);
      fakeGitDir(world, join(world.tree.path, 'docs'));
      writeFileSync(join(gitDir, 'commondir'), `${join(world.tree.path, 'docs')}\n`);
    },
    live: status,
    refused: 'worktree',
  },
  {
    name: 'a repository among the files, known to the index',
    refusals: {
      snapshot: 'AO_WORKSPACE_NESTED_REPOSITORY',
      merge: 'AO_SCM_SUBMODULE_UNPUSHED',
    },
    plant(world) {
      const inner = makeRepo({ in: world.tree.path, name: 'inner', files: { 'x.txt': 'x\n' } });
      world.tree.git('add', 'inner');
      world.tree.write(
        '.gitmodules',
        `[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n`,
      );
      world.tree.git('add', '.gitmodules');
      world.tree.git('commit', '-qm', 'inner');
      set(world, ['submodule.inner.update', `!${world.program}`]);
      inner.git('config', 'core.fsmonitor', world.program);
      inner.git('config', 'filter.h.clean', world.program);
      inner.write('.gitattributes', '* filter=h\n');
      inner.write('x.txt', 'y\n');
    },
    live: status,
    fast: true,
  },
  {
    name: 'the configuration itself as a link',
    plant(world) {
      const config = join(world.repo.path, '.git/config');
      renameSync(config, join(world.tree.path, 'config'));
      symlinkSync(join(world.tree.path, 'config'), config);
      world.plainGit(
        world.tree.path,
        'config',
        '--file',
        'config',
        'core.fsmonitor',
        world.program,
      );
    },
    live: status,
    refused: 'repository',
  },
];

/** The worktree's own folder in the repository. */
export function gitDirOf(world: AttackWorld): string {
  const file = join(world.tree.path, '.git');
  if (!existsSync(file)) throw new Error('The worktree has no .git.');
  return readFileSync(file, 'utf8')
    .replace(/^gitdir: /, '')
    .trim();
}
