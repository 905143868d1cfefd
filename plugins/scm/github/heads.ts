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

export function createHeads(parts: {
  readonly client: GitHubClient;
  readonly clone: ProjectClone;
  readonly clock: Clock;
}): Heads {
  const { client, clone, clock } = parts;
  let remotes: Remotes = { all: new Map(), pushesTo: 'origin' };
  /** Every name the repository has or had. */
  let names: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;

  const isRepository = (slug: Slug | null): boolean =>
    slug !== null && names.some((name) => same(name, slugText(slug)));
  const slugOf = (address: string | undefined): Slug | null =>
    address === undefined ? null : slugOfRemote(address);
  const fork = (): Slug | null => {
    const slug = slugOf(remotes.all.get(remotes.pushesTo)?.push);
    return slug === null || isRepository(slug) ? null : slug;
  };
  const repositoryRemote = (): string | null => {
    const found = [...remotes.all].find(([, { fetch }]) => isRepository(slugOf(fetch)));
    return found?.[0] ?? (remotes.all.has('origin') ? 'origin' : null);
  };
  const isOurName = (name: string): boolean => {
    const ours = fork();
    return (
      names.some((known) => same(known, name)) || (ours !== null && same(slugText(ours), name))
    );
  };

  /** A remote that is the fork, else the repository's own address with the fork's name in it. */
  const addressOf = (name: string): string | null => {
    for (const { push } of remotes.all.values()) {
      const slug = slugOf(push);
      if (slug !== null && same(slugText(slug), name)) return push;
    }
    const own = remotes.all.get(repositoryRemote() ?? '')?.fetch;
    const slug = slugOf(own);
    if (own === undefined || slug === null || !isRepository(slug)) return null;
    const at = own.toLowerCase().lastIndexOf(slugText(slug).toLowerCase());
    return at === -1 ? null : `${own.slice(0, at)}${name}${own.slice(at + slugText(slug).length)}`;
  };

  const pushTarget = (pr: Core): PushTarget => {
    if (!pr.isCrossRepository) return { type: 'own' };
    if (pr.headRepository === null) return { type: 'none', why: 'the fork it came from is gone' };
    const { nameWithOwner, viewerPermission } = pr.headRepository;
    if (!pr.maintainerCanModify && !WRITES.has(viewerPermission ?? ''))
      return { type: 'none', why: 'its author does not allow edits by maintainers' };
    const url = addressOf(nameWithOwner);
    return url === null
      ? {
          type: 'none',
          why: `the remotes of the project's clone don't tell where ${nameWithOwner} is`,
        }
      : { type: 'fork', url, branch: pr.headRefName };
  };

  const refOf = (pr: Core): { remote: string; ref: string } => ({
    remote: repositoryRemote() ?? 'origin',
    ref: pr.isCrossRepository ? `refs/pull/${pr.number}/head` : `refs/heads/${pr.headRefName}`,
  });

  return {
    async refresh() {
      await client.repository();
      names = client.names();
      if (clock.now() - readAt < AGE) return;
      remotes = await clone.remotes();
      readAt = clock.now();
    },
    isOurs: (pr) =>
      !pr.isCrossRepository ||
      (pr.headRepository !== null && isOurName(pr.headRepository.nameWithOwner)),
    isOurName,
    pushTarget,
    refOf,
    baseRemote: () => repositoryRemote() ?? 'origin',
    headOf: (pr) => ({
      sha: pr.headRefOid,
      from: repositoryRemote() === null ? null : refOf(pr),
      push: pushTarget(pr),
    }),
    async pushedAt(branch) {
      const ref = `refs/heads/${branch}`;
      const { ok, stdout } = await clone.git('ls-remote', '--', remotes.pushesTo, ref);
      return ok ? (/^([0-9a-f]{40,64})\t/.exec(stdout)?.[1] ?? null) : null;
    },
    fork,
  };
}
