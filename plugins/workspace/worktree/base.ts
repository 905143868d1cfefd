import type { Git } from '../../../src/git/git.ts';
import { reasonOf } from '../../../src/git/submodules/declared.ts';
import { isSafeBranch, openBranchRefs } from '../../../src/lib/branch-refs.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { readSmallText } from '../../../src/lib/guarded/read.ts';
import { PATIENCE } from './fetch-branch.ts';
import type { RemoteNames } from './other-branch.ts';
import { resolveCommit, resolveStart, type Start } from './repository.ts';

/** A session starts from a base that is at most this old, in milliseconds. */
const FRESH_MS = 60_000;
/** What a spawn waits for the remote. The fetch itself may go on, for a later one. */
const WAIT_MS = 10_000;
const FETCH_MS = 5 * 60_000;
const NAMED = 3;

export interface FreshStart extends Start {
  /** What people should know of the base, in sentences. */
  readonly notes: readonly string[];
  /** Null: there is no remote, or it didn't say. */
  readonly remoteNames: RemoteNames | null;
}

export interface Bases {
  /** Asks the remote for the branch, unless that was done within the last minute or is under way. Doesn't wait, never fails. */
  begin(repo: string, base: string): void;
  /**
   * The commit that `base` names: for a branch the newer of the clone's and the remote's, and the remote's where each has commits the
   * other lacks. A remote that doesn't answer soon is not waited for; the notes say so.
   */
  start(repo: string, base: string): Promise<FreshStart>;
}

type Fetched =
  | { readonly type: 'done'; readonly names: RemoteNames | null }
  /** The remote answers, and has no such branch. */
  | { readonly type: 'absent'; readonly names: RemoteNames | null }
  | { readonly type: 'failed'; readonly reason: string };

interface Fetch {
  readonly began: number;
  readonly done: Promise<Fetched>;
  /** Null: under way. */
  end: Fetched | null;
}

/** Branches as the remote has them, fetched once a minute for all sessions that start in it; one fetch a repository at a time. */
export function createBases(git: Git, clock: Clock): Bases {
  const latest = new Map<string, Fetch>();
  const tails = new Map<string, Promise<unknown>>();

  const fetch = async (repo: string, base: string): Promise<Fetched> => {
    const refs = `+refs/heads/${base}:refs/remotes/origin/${base}`;
    const args = [...PATIENCE, 'fetch', '--quiet', '--no-tags', '--', 'origin', refs];
    try {
      const [{ ok, stderr }, names] = await Promise.all([
        git.attempt(repo, args, { timeoutMs: FETCH_MS }),
        namesAt(git, repo).catch(() => null),
      ]);
      if (ok) return { type: 'done', names };
      if (/couldn't find remote ref/i.test(stderr)) return { type: 'absent', names };
      return { type: 'failed', reason: reasonOf(stderr) };
    } catch (error) {
      return { type: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  };

  const fetchOf = (repo: string, base: string): Fetch => {
    const key = JSON.stringify([repo, base]);
    const known = latest.get(key);
    if (known !== undefined && isUsable(known, clock.now())) return known;
    const before = tails.get(repo) ?? Promise.resolve();
    const done = before.then(() => fetch(repo, base));
    tails.set(repo, done);
    const made: Fetch = { began: clock.now(), done, end: null };
    void done.then((end) => {
      made.end = end;
    });
    latest.set(key, made);
    return made;
  };

  return {
    begin(repo, base) {
      if (isRemoteBranch(repo, base)) void fetchOf(repo, base);
    },
    async start(repo, base) {
      if (!isRemoteBranch(repo, base))
        return { ...(await resolveStart(git, repo, base)), notes: [], remoteNames: null };
      const { began, done } = fetchOf(repo, base);
      const fetched = await within(clock, done, began + WAIT_MS);
      const chosen = await choose(git, repo, base);
      const problem = problemOf(fetched, base, chosen);
      const start = await resolveStart(git, repo, chosen?.sha ?? base);
      return {
        ...start,
        notes: [...problem, ...(chosen?.notes ?? [])],
        remoteNames: fetched.type === 'failed' ? null : fetched.names,
      };
    },
  };
}

/** So that no session takes a name that is in use there. */
async function namesAt(git: Git, repo: string): Promise<RemoteNames | null> {
  const args = [...PATIENCE, 'ls-remote', '--quiet', '--refs', '--heads', '--tags', '--', 'origin'];
  const listed = await git.attempt(repo, args, { timeoutMs: FETCH_MS });
  if (!listed.ok) return null;
  const below = (folder: string): ReadonlySet<string> =>
    new Set(
      listed.stdout.split('\n').flatMap((line) => {
        const name = line.slice(line.indexOf('\t') + 1);
        return name.startsWith(folder) ? [name.slice(folder.length)] : [];
      }),
    );
  return { heads: below('refs/heads/'), tags: below('refs/tags/') };
}

/** One that hangs is not asked again beside it; one that failed is, because the remote may be back. */
const isUsable = ({ began, end }: Fetch, now: number): boolean =>
  end === null || (end.type !== 'failed' && now - began < FRESH_MS);

/** A branch of a repository that has a remote: read from its files, without a process. */
function isRemoteBranch(repo: string, base: string): boolean {
  if (!isSafeBranch(base) || base.startsWith('refs/') || /^[0-9a-f]{7,64}$/.test(base))
    return false;
  try {
    const config = readSmallText(`${openBranchRefs(repo).commonDir}/config`) ?? '';
    return /^\s*\[remote "origin"\]/m.test(config);
  } catch {
    // git itself says what is wrong with the repository.
    return false;
  }
}

function within(clock: Clock, done: Promise<Fetched>, until: number): Promise<Fetched> {
  return new Promise((resolve) => {
    const timer = clock.after(Math.max(0, until - clock.now()), () =>
      resolve({ type: 'failed', reason: `no answer within ${WAIT_MS / 1000} s` }),
    );
    void done.then((fetched) => {
      timer.cancel();
      resolve(fetched);
    });
  });
}

interface Chosen {
  readonly sha: string;
  /** It was seen at the remote, now or before. */
  readonly isRemote: boolean;
  readonly notes: readonly string[];
}

/** Null: neither side has a branch of that name, so it is a tag or another expression. */
async function choose(git: Git, repo: string, base: string): Promise<Chosen | null> {
  const { local, remote } = await bothSides(git, repo, base);
  if (remote === null) return local === null ? null : { sha: local, isRemote: false, notes: [] };
  const isRemote = true;
  if (local === null || local === remote) return { sha: remote, isRemote, notes: [] };
  const counted = await git.attempt(repo, [
    'rev-list',
    '--left-right',
    '--count',
    `${local}...${remote}`,
  ]);
  const [ahead = 0, behind = 0] = counted.stdout.split(/\s+/).map(Number);
  if (!counted.ok || ahead === 0) return { sha: remote, isRemote, notes: [] };
  const commits = await named(git, repo, remote, local, ahead);
  return behind === 0
    ? {
        sha: local,
        isRemote,
        notes: [
          `It starts with commits of ${base} that are only in the clone and were not pushed: ${commits}`,
        ],
      }
    : {
        sha: remote,
        isRemote,
        notes: [
          `${base} in the clone and at the remote each have commits the other lacks. It starts from the remote's, without these of the clone: ${commits}`,
        ],
      };
}

async function bothSides(
  git: Git,
  repo: string,
  base: string,
): Promise<{ local: string | null; remote: string | null }> {
  const [here, there] = [`refs/heads/${base}`, `refs/remotes/origin/${base}`];
  const listed = await git(repo, [
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    here,
    there,
  ]);
  const of = (ref: string): string | null =>
    listed
      .split('\n')
      .find((line) => line.startsWith(`${ref} `))
      ?.slice(ref.length + 1) ?? null;
  return { local: of(here), remote: of(there) };
}

async function named(
  git: Git,
  repo: string,
  from: string,
  to: string,
  count: number,
): Promise<string> {
  const list = await git(repo, ['log', `--max-count=${NAMED}`, '--format=%h %s', `${from}..${to}`]);
  const more = count > NAMED ? `, and ${count - NAMED} more` : '';
  return `${list
    .split('\n')
    .map((line) => line.slice(0, 80))
    .join('; ')}${more}.`;
}

/** Why the base may not be what people take it for, in sentences. */
function problemOf(fetched: Fetched, base: string, chosen: Chosen | null): readonly string[] {
  switch (fetched.type) {
    case 'done':
      return [];
    case 'failed':
      return [staleNote(base, fetched.reason)];
    case 'absent':
      return chosen?.isRemote === true
        ? [
            `The remote has no branch ${base} any more: it was deleted or renamed there. It starts from the last commit of it that the clone knows. Set defaultBranch, or name another base.`,
          ]
        : [];
  }
}

const staleNote = (base: string, reason: string): string =>
  `The remote did not give ${base} (${reason.replace(/[.\s]+$/, '')}). It starts from what the clone had, which may be old.`;

/** Commits that the branch `base` is at, here and at the remote; any other expression's one. Empty: there is none. */
export async function baseCommits(git: Git, cwd: string, base: string): Promise<readonly string[]> {
  const { local, remote } = await bothSides(git, cwd, base);
  const found = [local, remote].filter((sha) => sha !== null);
  if (found.length > 0) return found;
  const other = await resolveCommit(git, cwd, base);
  return other === null ? [] : [other];
}
