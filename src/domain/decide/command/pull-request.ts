import type { Actor } from '../../session/ids.ts';
import type { Command } from '../../session/input.ts';
import { openPr, shortSha } from '../../session/pr.ts';
import type { Snapshot } from '../../session/session.ts';
import { type Draft, effect, emit, refuse } from '../draft.ts';
import { approveMerge } from '../merge.ts';
import { notEnded } from './guards.ts';

export function merge(draft: Draft, command: Command & { type: 'merge' }, by: Actor): void {
  const { session } = draft.snapshot;
  notEnded(draft, () => {
    const pr = draft.snapshot.prs.find((candidate) => candidate.key === command.pr);
    if (pr === undefined || pr !== openPr(draft.snapshot))
      return refuse(draft, 'AO_NO_PULL_REQUEST', `${session.id} has no open pull request.`);
    if (pr.headSha !== command.sha) {
      return refuse(
        draft,
        'AO_STALE',
        `${session.id} moved on: this button was for ${shortSha(command.sha)}, the head is now ${shortSha(pr.headSha)}. A new card is below.`,
      );
    }
    if (command.base !== undefined && pr.base !== command.base) {
      return refuse(
        draft,
        'AO_STALE',
        `${session.id} moved on: this button was for a merge into ${command.base}, the base is now ${pr.base}. A new card is below.`,
      );
    }
    if (session.merging?.sha === pr.headSha)
      return refuse(draft, 'AO_STALE', mergingText(session.merging));
    approveMerge(draft, pr, {
      method: command.method ?? draft.policy.merge.method,
      by,
      approver: command.approver,
    });
  });
}

const mergingText = ({ by, queued }: NonNullable<Snapshot['session']['merging']>): string =>
  `${by.name} pressed it already; ${queued === true ? 'the forge merges it when its turn comes' : 'the merge is on its way'}.`;

export function rerun(draft: Draft, key: string, by: Actor): void {
  notEnded(draft, () => {
    const pr = draft.snapshot.prs.find(
      (candidate) => candidate.key === key && candidate.state === 'open',
    );
    if (pr === undefined)
      return refuse(
        draft,
        'AO_NO_PULL_REQUEST',
        `${draft.snapshot.session.id} has no open pull request.`,
      );
    if (!draft.policy.scm.rerun)
      return refuse(draft, 'AO_UNSUPPORTED', 'This scm cannot run checks again.');
    effect(draft, { type: 'rerun_checks', pr: pr.key, sha: pr.headSha, attempt: draft.now });
    emit(draft, {
      type: 'checks.rerun',
      pr: pr.key,
      sha: pr.headSha,
      names: pr.checks.checks.map((check) => check.name),
      by,
    });
  });
}
