import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { PluginError, rejected } from '../../../src/slots/errors.ts';

/** `feat/42-x` where a branch `feat` stands in its way. */
export const flat = (branch: string): string => branch.replaceAll('/', '-');

const NAMES = 50;
/** Errors of a branch that can't be made under this name. */
const TAKEN = new Set(['AO_WORKSPACE_BRANCH_EXISTS', 'AO_WORKSPACE_BRANCH_CONFLICT']);

export interface Named<T> {
  readonly branch: string;
  readonly made: T;
  /** Why it isn't the wanted one, in a sentence; empty when it is. */
  readonly notes: readonly string[];
}

/** Names in use at the remote. */
export interface RemoteNames {
  readonly heads: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/**
 * Calls `make` with the wanted name, or else with another one that neither the clone nor the remote has. `remote` is null
 * when it wasn't asked.
 */
export async function underFreeName<T>(
  repo: string,
  wanted: string,
  remote: RemoteNames | null,
  make: (branch: string) => Promise<T>,
): Promise<Named<T>> {
  const here = openBranchRefs(repo);
  const isThere = (branch: string): boolean =>
    here.head(branch) !== null || remote?.heads.has(branch) === true;
  const blocked = prefixes(wanted).find(isThere);
  const first = blocked === undefined ? wanted : flat(wanted);
  let reason =
    blocked === undefined
      ? `${wanted} exists already at the remote`
      : `there is a branch ${blocked}, beside which git can't have ${wanted}`;
  for (let n = 1; n <= NAMES; n += 1) {
    const branch = n === 1 ? first : `${first}-${n}`;
    if (remote !== null && isAtRemote(remote, branch)) continue;
    const namesake = here.namesake(branch);
    if (namesake !== null) {
      reason = `${namesake} exists already`;
      continue;
    }
    try {
      const made = await make(branch);
      const notes =
        branch === wanted ? [] : [`The session works on the branch ${branch}, because ${reason}`];
      return { branch, made, notes };
    } catch (error) {
      if (!(error instanceof PluginError && TAKEN.has(error.code))) throw error;
      reason =
        error.code === 'AO_WORKSPACE_BRANCH_EXISTS'
          ? `${branch} exists already`
          : `another branch's name stands in the way of ${branch}`;
    }
  }
  throw rejected(
    'AO_WORKSPACE_BRANCH_EXISTS',
    `Branch ${first} exists already in ${repo}, and so do ${NAMES - 1} with a number after it. Delete those nobody needs (git branch -D).`,
  );
}

/** `a/b/c`: `a`, `a/b`. */
const prefixes = (branch: string): readonly string[] =>
  branch
    .split('/')
    .slice(0, -1)
    .map((_, at, parts) => parts.slice(0, at + 1).join('/'));

/**
 * The branch, also in other letters; one below or above it, which the remote would refuse to have beside it; or a tag, beside which
 * a push of the branch is ambiguous.
 */
function isAtRemote({ heads, tags }: RemoteNames, branch: string): boolean {
  const inSmall = branch.toLowerCase();
  return (
    tags.has(branch) ||
    prefixes(branch).some((prefix) => heads.has(prefix)) ||
    [...heads].some((each) => each.toLowerCase() === inSmall || each.startsWith(`${branch}/`))
  );
}
