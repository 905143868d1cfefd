import type { Clock } from '../../../src/lib/clock.ts';
import type { PullRequestHead, PushTarget } from '../../../src/slots/scm.ts';
import type { ProjectClone, Remotes } from '../../shared/forge/project-clone.ts';
import { pathOfRemote } from '../../shared/gitlab/address.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import type { Core } from './schema.ts';

/** In which projects the heads of merge requests are, as seen from the project's clone. */
export interface Heads {
  /** Looks at the clone's remotes where the last look is old. What follows answers from it. */
  refresh(): Promise<void>;
  isForeign(core: Core): boolean;
  /** The branch is in the project itself, or in the fork the clone pushes to. */
  isOurs(core: Core): boolean;
  pushTarget(core: Core): PushTarget;
  /** Remote and ref that have the commits; a guess where no remote is the project. */
  refOf(core: Core): { readonly remote: string; readonly ref: string };
  baseRemote(): string;
  headOf(core: Core, sha: string): PullRequestHead;
  /** Where the branch is at the remote the clone pushes to, asked now; null: it isn't there, or git can't ask. */
  pushedAt(branch: string): Promise<string | null>;
  /** Path of the fork the clone pushes to; null: it pushes to the project itself. */
  fork(): string | null;
}

const AGE = 600_000;
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function createHeads(client: GitLabClient, clone: ProjectClone, clock: Clock): Heads {
  let remotes: Remotes = { all: new Map(), pushesTo: 'origin' };
  let id = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  const pathOf = (address: string | undefined): string | null =>
    address === undefined ? null : pathOfRemote(address, client.server);
  const isProject = (path: string | null): boolean =>
    path !== null && client.names().some((name) => same(name, path));
  const fork = (): string | null => {
    const path = pathOf(remotes.all.get(remotes.pushesTo)?.push);
    return path === null || isProject(path) ? null : path;
  };
  const projectRemote = (): string | null => {
    const found = [...remotes.all].find(([, { fetch }]) => isProject(pathOf(fetch)));
    return found?.[0] ?? (remotes.all.has('origin') ? 'origin' : null);
  };
  const isForeign = (core: Core): boolean => core.sourceProject?.id !== String(id);

  const addressOf = (path: string): string | null =>
    forkAddress(path, { remotes, pathOf, own: remotes.all.get(projectRemote() ?? '')?.fetch });

  const pushTarget = (core: Core): PushTarget =>
    isForeign(core) ? forkTarget(core, addressOf) : { type: 'own' };
  const refOf = (core: Core): { remote: string; ref: string } => ({
    remote: projectRemote() ?? 'origin',
    ref: isForeign(core)
      ? `refs/merge-requests/${core.iid}/head`
      : `refs/heads/${core.sourceBranch}`,
  });

  return {
    async refresh() {
      ({ id } = await client.project());
      if (Math.abs(clock.now() - readAt) < AGE) return;
      remotes = await clone.remotes();
      readAt = clock.now();
    },
    isForeign,
    isOurs: (core) => {
      const ours = fork();
      const path = core.sourceProject?.fullPath;
      return !isForeign(core) || (ours !== null && path !== undefined && same(ours, path));
    },
    pushTarget,
    refOf,
    baseRemote: () => projectRemote() ?? 'origin',
    headOf: (core, sha) => ({
      sha,
      from: projectRemote() === null ? null : refOf(core),
      push: pushTarget(core),
    }),
    pushedAt: (branch) => tipAt(clone, remotes.pushesTo, branch),
    fork,
  };
}

function forkTarget(core: Core, addressOf: (path: string) => string | null): PushTarget {
  if (core.sourceProject == null) return { type: 'none', why: 'the fork it came from is gone' };
  const { fullPath } = core.sourceProject;
  if (core.allowCollaboration !== true && !core.userPermissions.pushToSourceBranch)
    return { type: 'none', why: 'its author does not allow commits by members of the project' };
  const url = addressOf(fullPath);
  return url === null
    ? { type: 'none', why: `the remotes of the project's clone don't tell where ${fullPath} is` }
    : { type: 'fork', url, branch: core.sourceBranch };
}

async function tipAt(clone: ProjectClone, remote: string, branch: string): Promise<string | null> {
  const { ok, stdout } = await clone.git('ls-remote', '--', remote, `refs/heads/${branch}`);
  return ok ? (/^([0-9a-f]{40,64})\t/.exec(stdout)?.[1] ?? null) : null;
}

/** A remote that is the fork, else the project's own address with the fork's path in it. */
function forkAddress(
  path: string,
  at: {
    readonly remotes: Remotes;
    readonly pathOf: (address: string | undefined) => string | null;
    readonly own: string | undefined;
  },
): string | null {
  for (const { push } of at.remotes.all.values()) {
    const known = at.pathOf(push);
    if (known !== null && same(known, path)) return push;
  }
  const known = at.pathOf(at.own);
  if (at.own === undefined || known === null) return null;
  const place = at.own.toLowerCase().lastIndexOf(known.toLowerCase());
  return place === -1
    ? null
    : `${at.own.slice(0, place)}${path}${at.own.slice(place + known.length)}`;
}
