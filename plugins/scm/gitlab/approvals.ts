import type { ChangeRequest, ReviewDecision } from '../../../src/domain/session/facts.ts';
import type { Permissions } from '../../shared/forge/permissions.ts';
import { gatesOf } from './mergeability.ts';
import type { Core, Note } from './schema.ts';

/** A push as GitLab keeps it. */
export interface Version {
  readonly sha: string;
  readonly at: number;
}

export interface Review {
  readonly decision: ReviewDecision;
  readonly approvedBy: readonly string[];
  readonly requests: readonly ChangeRequest[];
}

const APPROVED = /^approved this merge request/;
const UNAPPROVED = /^unapproved this merge request/;
const REQUESTED = /^requested changes/;
const NEW_TARGET = /^changed target branch from/;
const WRITES: ReadonlySet<string> = new Set(['write', 'admin']);

/**
 * GitLab's approvals know no commit, and whether a push drops them is a setting. ao ties them itself: one counts if it was given
 * after the head and the base became what they are, by somebody who may push. When it was given, GitLab's own notes tell.
 */
export async function reviewOf(
  core: Core,
  notes: readonly Note[],
  versions: readonly Version[],
  permissions: Permissions,
): Promise<Review> {
  const system = notes.filter((note) => note.system).toSorted((a, b) => a.createdAt - b.createdAt);
  const since = currentSince(core, system, versions);
  const names = core.approvedBy?.nodes.map(({ username }) => username) ?? [];
  const approvedBy: string[] = [];
  for (const name of names) {
    const given = lastOf(system, name, APPROVED);
    const taken = lastOf(system, name, UNAPPROVED);
    if (given === null || since === null || given < since || (taken !== null && taken > given))
      continue;
    if (WRITES.has(await permissions.recent(name))) approvedBy.push(name);
  }
  const requests = requestsOf(core, system, versions);
  return { decision: decisionOf(core, approvedBy, requests), approvedBy, requests };
}

function decisionOf(
  core: Core,
  approvedBy: readonly string[],
  requests: readonly ChangeRequest[],
): ReviewDecision {
  if (requests.length > 0) return 'changes_requested';
  if (gatesOf(core).needsApproval || (core.approvalsLeft ?? 0) > 0) return 'required';
  if (approvedBy.length > 0) return 'approved';
  return (core.approvalsRequired ?? 0) > 0 ? 'required' : 'none';
}

/** When head and base became what they are now; null: it can't be told, so that no approval counts. */
function currentSince(
  core: Core,
  system: readonly Note[],
  versions: readonly Version[],
): number | null {
  const newest = versions.toSorted((a, b) => b.at - a.at)[0];
  if (newest === undefined || newest.sha !== core.diffHeadSha) return null;
  const moved = system.filter((note) => NEW_TARGET.test(note.body)).map((note) => note.createdAt);
  return Math.max(newest.at, ...moved);
}

const lastOf = (system: readonly Note[], login: string, what: RegExp): number | null =>
  system.findLast((note) => note.author?.username === login && what.test(note.body))?.createdAt ??
  null;

const requestsOf = (
  core: Core,
  system: readonly Note[],
  versions: readonly Version[],
): readonly ChangeRequest[] =>
  (core.reviewers?.nodes ?? [])
    .filter((one) => one.mergeRequestInteraction?.reviewState === 'REQUESTED_CHANGES')
    .map(({ username }) => {
      const at = lastOf(system, username, REQUESTED) ?? 0;
      const seen = versions.filter((version) => version.at <= at).toSorted((a, b) => b.at - a.at);
      return { id: `${username}:${at}`, by: username, sha: seen[0]?.sha ?? null, at };
    });
