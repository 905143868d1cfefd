/** The pull request that a use case is about, as the person saw it. */
import type { Refusal } from '../domain/session/decision.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import { openPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { ok, type Result } from '../lib/result.ts';
import { refusal } from './parts.ts';
import type { Seen } from './requests.ts';

export function openPullRequest(snapshot: Snapshot): Result<PullRequestFact, Refusal> {
  const pr = openPr(snapshot);
  return pr === null
    ? refusal('AO_NO_PULL_REQUEST', `${snapshot.session.id} has no open pull request.`)
    : ok(pr);
}

/** A head that was seen under another base is not what is there now. */
export function baseMoved({ session }: Snapshot, pr: PullRequestFact, seen: Seen): Refusal | null {
  const was = seen.base ?? (seen.sha === null ? pr.base : (pr.baseWas ?? pr.base));
  return was === pr.base
    ? null
    : {
        code: 'AO_STALE',
        message: `${session.id} moved on: you looked at a merge into ${was}, the base is now ${pr.base}. Look at it again, and say both head and base.`,
      };
}
