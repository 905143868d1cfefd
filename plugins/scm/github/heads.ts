import type { Clock } from '../../../src/lib/clock.ts';
import type { PullRequestHead, PushTarget } from '../../../src/slots/scm.ts';
import type { ProjectClone, Remotes } from '../../shared/forge/project-clone.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { type Slug, slugOfRemote, slugText } from '../../shared/github/repository.ts';
import type { Core } from './schema.ts';

/** In which repositories the heads of pull requests are, as seen from the project's clone. */
export interface Heads {
  /** Looks at the clone's remotes where the last look is old. What follows answers from it. */
  refresh(): Promise<void>;
  /** The branch is in the repository itself, or in the fork the clone pushes to. */
  isOurs(pr: Pick<Core, 'isCrossRepository' | 'headRepository'>): boolean;
  /** The same of a name (owner/name) that REST gives. */
  isOurName(name: string): boolean;
  pushTarget(pr: Core): PushTarget;
  /** Remote and ref that have the commits; a guess where no remote is the repository. */
  refOf(pr: Core): { readonly remote: string; readonly ref: string };
  baseRemote(): string;
  headOf(pr: Core): PullRequestHead;
  /** Where the branch is at the remote the clone pushes to, asked now; null: it isn't there, or git can't ask. */
  pushedAt(branch: string): Promise<string | null>;
  /** The fork the clone pushes to; null: it pushes to the repository itself. */
  fork(): Slug | null;
}

const AGE = 600_000;
const WRITES: ReadonlySet<string> = new Set(['ADMIN', 'MAINTAIN', 'WRITE']);
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

interface HeadsState {
  readonly client: GitHubClient;
  readonly clock: Clock;
  readonly clone: ProjectClone;
  remotes: Remotes;
  /** Every name the repository has or had. */
  names: readonly string[];
  readAt: number;
}

export function createHeads(parts: {
  readonly client: GitHubClient;
  readonly clone: ProjectClone;
  readonly clock: Clock;
}): Heads {
  const { client, clone, clock } = parts;
  const heads: HeadsState = {
    client,
    clock,
    clone,
    remotes: { all: new Map(), pushesTo: 'origin' },
    names: [],
    readAt: Number.NEGATIVE_INFINITY,
  };
  return {
    refresh: () => refresh(heads),
    isOurs: (pr) =>
      !pr.isCrossRepository ||
      (pr.headRepository !== null && isOurName(heads, pr.headRepository.nameWithOwner)),
    isOurName: (name) => isOurName(heads, name),
    pushTarget: (pr) => pushTarget(heads, pr),
    refOf: (pr) => refOf(heads, pr),
    baseRemote: () => repositoryRemote(heads) ?? 'origin',
    headOf: (pr) => headOf(heads, pr),
    pushedAt: (branch) => pushedAt(heads, branch),
    fork: () => fork(heads),
  };
}

const isRepository = (heads: HeadsState, slug: Slug | null): boolean =>
  slug !== null && heads.names.some((name) => same(name, slugText(slug)));

const slugOf = (address: string | undefined): Slug | null =>
  address === undefined ? null : slugOfRemote(address);

function fork(heads: HeadsState): Slug | null {
  const slug = slugOf(heads.remotes.all.get(heads.remotes.pushesTo)?.push);
  return slug === null || isRepository(heads, slug) ? null : slug;
}

function repositoryRemote(heads: HeadsState): string | null {
  const found = [...heads.remotes.all].find(([, { fetch }]) => isRepository(heads, slugOf(fetch)));
  return found?.[0] ?? (heads.remotes.all.has('origin') ? 'origin' : null);
}

function isOurName(heads: HeadsState, name: string): boolean {
  const ours = fork(heads);
  return (
    heads.names.some((known) => same(known, name)) || (ours !== null && same(slugText(ours), name))
  );
}

/** A remote that is the fork, else the repository's own address with the fork's name in it. */
function addressOf(heads: HeadsState, name: string): string | null {
  for (const { push } of heads.remotes.all.values()) {
    const slug = slugOf(push);
    if (slug !== null && same(slugText(slug), name)) return push;
  }
  const own = heads.remotes.all.get(repositoryRemote(heads) ?? '')?.fetch;
  const slug = slugOf(own);
  if (own === undefined || slug === null || !isRepository(heads, slug)) return null;
  const at = own.toLowerCase().lastIndexOf(slugText(slug).toLowerCase());
  return at === -1 ? null : `${own.slice(0, at)}${name}${own.slice(at + slugText(slug).length)}`;
}

function pushTarget(heads: HeadsState, pr: Core): PushTarget {
  if (!pr.isCrossRepository) return { type: 'own' };
  if (pr.headRepository === null) return { type: 'none', why: 'the fork it came from is gone' };
  const { nameWithOwner, viewerPermission } = pr.headRepository;
  if (!pr.maintainerCanModify && !WRITES.has(viewerPermission ?? ''))
    return { type: 'none', why: 'its author does not allow edits by maintainers' };
  const url = addressOf(heads, nameWithOwner);
  return url === null
    ? {
        type: 'none',
        why: `the remotes of the project's clone don't tell where ${nameWithOwner} is`,
      }
    : { type: 'fork', url, branch: pr.headRefName };
}

const refOf = (heads: HeadsState, pr: Core): { remote: string; ref: string } => ({
  remote: repositoryRemote(heads) ?? 'origin',
  ref: pr.isCrossRepository ? `refs/pull/${pr.number}/head` : `refs/heads/${pr.headRefName}`,
});

async function refresh(heads: HeadsState): Promise<void> {
  await heads.client.repository();
  heads.names = heads.client.names();
  if (heads.clock.now() - heads.readAt < AGE) return;
  heads.remotes = await heads.clone.remotes();
  heads.readAt = heads.clock.now();
}

const headOf = (heads: HeadsState, pr: Core): PullRequestHead => ({
  sha: pr.headRefOid,
  from: repositoryRemote(heads) === null ? null : refOf(heads, pr),
  push: pushTarget(heads, pr),
});

async function pushedAt(heads: HeadsState, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const { ok, stdout } = await heads.clone.git('ls-remote', '--', heads.remotes.pushesTo, ref);
  return ok ? (/^([0-9a-f]{40,64})\t/.exec(stdout)?.[1] ?? null) : null;
}
