import { join } from 'node:path';
import { openBranchRefs } from '../lib/branch-refs.ts';
import { stampOf } from '../lib/guarded/kind.ts';
import { readSmallText } from '../lib/guarded/read.ts';
import { entriesOf, operatorEntries, operatorFiles } from './environment.ts';
import type { Entry } from './keys.ts';
import type { GitSetup } from './setup.ts';

/** What a person's git does when it commits in a checkout of the repository. ao's own git does nothing of it. */
export interface CommitSettings {
  /** As written; null: the repository's own `hooks` folder, which all worktrees share. */
  readonly hooksPath: string | null;
  /** Null: commits aren't signed. */
  readonly signing: Signing | null;
}

export interface Signing {
  readonly format: 'openpgp' | 'ssh' | 'other';
  readonly key: string | null;
  /** The operator's own; null: the usual one, undefined: named by the repository, where an agent may have named it. */
  readonly program: string | null | undefined;
}

/** Read once, and again when a file of the configuration changed. */
export function createCommitSettings(setup: GitSetup): (repo: string) => Promise<CommitSettings> {
  const known = new Map<
    string,
    { readonly stamp: string; readonly read: Promise<CommitSettings> }
  >();
  return (repo) => {
    const config = join(openBranchRefs(repo).commonDir, 'config');
    const stamp = [config, ...operatorFiles(setup.env)].map(stampOf).join(' ');
    const before = known.get(repo);
    if (before?.stamp === stamp) return before.read;
    const read = readSettings(setup, config);
    known.set(repo, { stamp, read });
    read.catch(() => known.delete(repo));
    return read;
  };
}

async function readSettings(setup: GitSetup, config: string): Promise<CommitSettings> {
  const own = await operatorEntries(setup);
  const repository = await entriesOf(setup, ['--file', '-'], readSmallText(config) ?? '');
  const last = (key: string, ...lists: readonly (readonly Entry[])[]): string | null =>
    lists.flat().findLast((entry) => entry.key === key)?.value ?? null;
  const value = (key: string): string | null => last(key, own, repository);
  const signs = own.concat(repository).findLast(({ key }) => key === 'commit.gpgsign');
  const format = value('gpg.format') ?? 'openpgp';
  const programKey = format === 'ssh' ? 'gpg.ssh.program' : 'gpg.program';
  return {
    hooksPath: value('core.hookspath'),
    signing:
      signs === undefined || !/^(?:true|yes|on|[1-9]\d*)$/i.test(signs.value ?? 'true')
        ? null
        : {
            format: format === 'openpgp' || format === 'ssh' ? format : 'other',
            key: value('user.signingkey'),
            program: last(programKey, repository) === null ? last(programKey, own) : undefined,
          },
  };
}
