import {
  type RepositoryGit as Git,
  gitCallFailed as gitFailed,
} from '../../../src/git/repository-git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { inTemporaryCheckout, mergeTrees, quiet } from './compare.ts';

export interface MergeCommitInput {
  readonly base: string;
  readonly head: string;
  readonly baseBranch: string;
  readonly branch: string;
  readonly method: 'squash' | 'merge' | 'rebase';
  readonly message: string;
  /** An existing folder for temporary checkouts. */
  readonly temp: string;
}

/** Makes the commit the base branch is to move to. No branch and no checkout is changed. Conflicts are `rejected`, AO_SCM_CONFLICT. */
export async function makeMergeCommit(git: Git, input: MergeCommitInput): Promise<string> {
  if (input.method === 'rebase') return rebase(git, input);
  const merged = await mergeTrees(git, input.base, input.head, input.temp);
  if (merged.type === 'conflict') throw conflict(input, merged.files);
  const parents = input.method === 'squash' ? [input.base] : [input.base, input.head];
  const env = { ...(await committer(git)), ...(await authorOf(git, input.head)) };
  return git.text(['commit-tree', merged.tree, ...parents.flatMap((parent) => ['-p', parent])], {
    env,
    input: input.message,
  });
}

/** Replays the branch's commits, authors and messages kept, in a temporary checkout. */
async function rebase(git: Git, input: MergeCommitInput): Promise<string> {
  return inTemporaryCheckout(git, input.head, input.temp, async (cwd) => {
    const args = [
      ...quiet,
      '-c',
      'rebase.autoStash=false',
      'rebase',
      '--onto',
      input.base,
      input.base,
    ];
    const result = await git.run(args, { cwd, env: await committer(git) });
    if (result.code === 0) return git.text(['rev-parse', 'HEAD'], { cwd });
    const files = (await git.text(['diff', '--name-only', '--diff-filter=U', '-z'], { cwd }))
      .split('\0')
      .filter(Boolean);
    await git.run(['rebase', '--abort'], { cwd });
    if (files.length === 0) throw gitFailed(args, result);
    throw conflict(input, files);
  });
}

export function mergeMessage(input: {
  title: string;
  body: string;
  number: number;
  key: string;
  headSha: string;
}): string {
  const body = input.body.trim();
  return `${input.title.trim()} (#${input.number})\n\n${body === '' ? '' : `${body}\n\n`}Ao-Pull-Request: ${input.key}\nAo-Head: ${input.headSha}\n`;
}

export function conflict(
  input: { branch: string; baseBranch: string },
  files: readonly string[],
): Error {
  return rejected(
    'AO_SCM_CONFLICT',
    `${input.branch} conflicts with ${input.baseBranch} in ${files.join(', ')}. Merge ${input.baseBranch} into the branch, settle the conflicts, and try again.`,
  );
}

/** The agent did the work, so its commits' author is the author of the squashed or merge commit. */
async function authorOf(git: Git, commit: string): Promise<Record<string, string>> {
  const [name = '', email = '', date = ''] = (
    await git.text(['show', '-s', '--format=%an%x00%ae%x00%aI', commit])
  ).split('\0');
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date };
}

/** The user's own identity where git knows one, else ao. */
export async function committer(git: Git): Promise<Record<string, string>> {
  const [name, email] = await Promise.all([
    git.run(['config', 'user.name']),
    git.run(['config', 'user.email']),
  ]);
  const known = name.stdout.trim() !== '' && email.stdout.trim() !== '';
  return {
    GIT_COMMITTER_NAME: known ? name.stdout.trim() : 'ao',
    GIT_COMMITTER_EMAIL: known ? email.stdout.trim() : 'ao@localhost',
  };
}
