import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
beforeEach(async () => {
  harness = await worktreeHarness();
});
afterEach(() => harness.dispose());

const notes = async (postCreate: readonly string[] = []): Promise<readonly string[]> =>
  (await harness.workspace.create(harness.spec('app-1', { postCreate }))).notes ?? [];
const warnings = async (): Promise<readonly string[]> =>
  (await harness.workspace.doctor(harness.repo.path))
    .filter(({ level }) => level === 'warning')
    .map(({ what }) => what)
    .filter((what) => !what.includes('names programs or addresses'));
const hook = (path: string, line: string, mode = 0o755): void => {
  harness.repo.write(path, `${line}\n`);
  chmodSync(join(harness.repo.path, path), mode);
};

describe('hooks', () => {
  it('of husky, which a fresh worktree lacks, are said to be inert; and not where postCreate makes them', async () => {
    const { repo } = harness;
    repo.git('config', 'core.hooksPath', '.husky/_');
    hook('.husky/_/pre-commit', '#!/bin/sh');
    repo.write('.gitignore', '.husky/_\n*.log\n');
    repo.git('commit', '-qam', 'ignored');
    expect(await warnings()).toEqual([]);
    expect(await notes()).toEqual([
      expect.stringMatching(/run no hooks: core\.hooksPath is \.husky\/_.*postCreate/),
    ]);
    const made = await harness.workspace.create(
      harness.spec('app-2', { postCreate: ['mkdir -p .husky/_'] }),
    );
    expect(made.notes).toBeUndefined();
  });

  it('that nobody has are said by doctor', async () => {
    harness.repo.git('config', 'core.hooksPath', '.husky/_');
    expect(await warnings()).toEqual([expect.stringContaining("that folder doesn't exist")]);
  });

  it.each([
    ['#!/usr/bin/env no-such-python3', 0o755, 'needs no-such-python3'],
    ['#!/opt/none/bin/node', 0o755, 'needs /opt/none/bin/node'],
    ['#!/bin/sh', 0o644, "isn't executable"],
  ])(
    'that begin with %s (mode %i) are named before a commit meets them',
    async (line, mode, words) => {
      hook('.git/hooks/pre-commit', line, mode);
      hook('.git/hooks/commit-msg', '#!/usr/bin/env -S sh -e');
      const expected = [expect.stringMatching(new RegExp(`hooks/pre-commit.*${words}`))];
      expect(await notes()).toEqual(expected);
      expect(await warnings()).toEqual(expected);
    },
  );
});

describe('signing', () => {
  const key = (passphrase: string): string => {
    const file = join(harness.temp, `key-${passphrase}`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file]);
    return file;
  };
  const sign = (...settings: readonly (readonly [string, string])[]): void => {
    for (const [name, value] of [['commit.gpgSign', 'true'], ...settings] as const)
      harness.repo.git('config', name, value);
  };

  it.each([
    ['', 0],
    ['secret', 1],
  ])('with an ssh key of the passphrase "%s" is told %i times', async (passphrase, times) => {
    sign(['gpg.format', 'ssh'], ['user.signingKey', key(passphrase)]);
    const told = await notes();
    expect(told).toHaveLength(times);
    if (times > 0) expect(told[0]).toMatch(/commit\.gpgSign.*passphrase.*ssh-add/);
    expect(await warnings()).toEqual(told);
  });

  it('that is off, or by a program that the repository names, is not tried', async () => {
    const mark = join(harness.temp, 'ran');
    const program = join(harness.temp, 'sign');
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\nexit 1\n`, { mode: 0o755 });
    sign(['gpg.program', program]);
    expect(await notes()).toEqual([]);
    harness.repo.git('config', 'commit.gpgSign', 'false');
    expect(await warnings()).toEqual([]);
    expect(() => execFileSync('test', ['-e', mark])).toThrow();
  });
});
