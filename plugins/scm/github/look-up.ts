import { changedFiles as changedNames } from '../../../src/domain/merge/changed-files.ts';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type {
  PullRequestChanges,
  PullRequestDetails,
  ScmWatchTarget,
} from '../../../src/slots/scm.ts';
import { changedFiles, filesOf, patchBetween } from '../../shared/forge/project-clone.ts';
import { badReference } from '../../shared/github/client.ts';
import { numberOf, webHost } from '../../shared/github/reference.ts';
import { numberOfKey } from './key.ts';
import { factOf, fresh, gone, keyOf, learnName, numberFor, type ScmState } from './scm-state.ts';

/** Name the repository got and people were told of. */
const MOVED = 'moved-to';

/** What is known is taken for current so long, ms. */
const JUST_READ = 5_000;

export function onChange(scm: ScmState, listener: (pr: string | null) => void): () => void {
  scm.listeners.add(listener);
  return () => scm.listeners.delete(listener);
}

export const pullRequests = (
  scm: ScmState,
  targets: readonly ScmWatchTarget[],
): Promise<ReadonlyArray<{ readonly session: string; readonly fact: PullRequestFact }>> =>
  scm.lanes('look', async () => {
    await learnName(scm);
    const facts = await scm.watch.look(targets);
    await scm.pinned.keep();
    return facts;
  });

export async function read(scm: ScmState, pr: string): Promise<PullRequestFact> {
  await fresh(scm, pr);
  return factOf(scm, numberFor(pr));
}

export async function resolve(scm: ScmState, reference: string): Promise<string> {
  await learnName(scm);
  const number =
    numberOfKey(reference) ??
    numberOf(reference, [...scm.client.names(), scm.ownName], webHost(scm.config.baseUrl));
  if (number === null) throw badReference(reference, 'pull request');
  const entry = await scm.watch.read(number, 'read');
  if (entry === null) throw gone(`#${number}`);
  return keyOf(scm, entry.core);
}

export function moved(
  scm: ScmState,
): { readonly from: string; readonly to: string; told(): void } | null {
  const [from, to] = scm.client.names();
  if (
    from === undefined ||
    to === undefined ||
    from.toLowerCase() === to.toLowerCase() ||
    scm.context.kv.get(MOVED) === to
  )
    return null;
  return { from, to, told: () => scm.context.kv.set(MOVED, to) };
}

export async function details(scm: ScmState, pr: string, sha: string): Promise<PullRequestDetails> {
  const known = scm.book.get(numberFor(pr));
  // Asked right after the look that saw the failure: nothing is read twice.
  if (known?.core.headRefOid !== sha || scm.clock.now() - known.at > JUST_READ)
    await fresh(scm, pr, 'details');
  const checks = await scm.details.failing(numberFor(pr), sha, JUST_READ);
  const fact = factOf(scm, numberFor(pr));
  return { checks: checks ?? fact.checks.checks, comments: fact.review.comments };
}

export async function changes(
  scm: ScmState,
  pr: string,
  from: string,
  to: string,
): Promise<string> {
  const core = scm.book.get(numberFor(pr))?.core ?? (await fresh(scm, pr));
  return patchBetween(scm.clone, { from, to, ...scm.heads.refOf(core) });
}

export async function changedFilesOf(
  scm: ScmState,
  pr: string,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const core = scm.book.get(numberFor(pr))?.core ?? (await fresh(scm, pr));
  return changedFiles(scm.clone, { from, to, ...scm.heads.refOf(core) });
}

export async function diff(scm: ScmState, pr: string, sha: string): Promise<PullRequestChanges> {
  const before = await fresh(scm, pr);
  const patch = await scm.actions.diff(numberFor(pr));
  // GitHub gives the diff of the head it has: that must be the one that was asked for, before and after.
  const after = await fresh(scm, pr);
  const other = [before, after].find((core) => core.headRefOid !== sha);
  if (other !== undefined)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `This was for ${sha.slice(0, 7)}, but the head of #${other.number} is ${other.headRefOid.slice(0, 7)}. Look at the new state first, then try again.`,
    );
  const { remote, ref } = scm.heads.refOf(after);
  const files = await filesOf(scm.clone, {
    base: { sha: after.baseRefOid, ref: `refs/heads/${after.baseRefName}` },
    head: { sha, ref },
    remote,
  });
  return { patch, files: files ?? namesOf(patch) };
}

/** Where the clone can't have the commits: as GitHub names them in its own diff. */
function namesOf(patch: string): readonly string[] | null {
  const names = changedNames(patch);
  return names === null || (names.size === 0 && patch.trim() !== '') ? null : [...names];
}
