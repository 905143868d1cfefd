import type { Actor } from '../session/ids.ts';
import type { EndCause } from '../session/session.ts';
import { type Draft, effect, emit, setSession } from './draft.ts';
import { issueEnds } from './issue.ts';
import { cutOffSteers } from './steers.ts';

/** First cause wins. Ends the runtime and, as configured, removes the workspace (snapshot first). */
export function end(draft: Draft, cause: EndCause, by: Actor, reason: string | null): void {
  const { session } = draft.snapshot;
  if (session.ended !== null) return;
  setSession(draft, {
    stage: 'ended',
    ended: { cause, by, reason, at: draft.now },
    paused: null,
    merging: null,
    retries: [],
  });
  emit(draft, { type: 'session.ended', cause, by, reason });
  draft.cancel.push(
    'create_workspace',
    'write_handover',
    'start_runtime',
    'deliver_steer',
    'interrupt_agent',
    'answer_request',
    'merge_pr',
    'rerun_checks',
    'mark_ready',
    'ask_review_again',
    'update_branch',
    'restore_workspace',
  );
  cutOffSteers(draft);
  draft.snapshot = {
    ...draft.snapshot,
    episodes: draft.snapshot.episodes.map((episode) => ({ ...episode, open: false })),
    requests: draft.snapshot.requests.map((request) =>
      request.answer === null || request.answer.state === 'sending'
        ? {
            ...request,
            answer: {
              option: null,
              text: 'The session ended.',
              by,
              where: 'chat' as const,
              state: 'failed' as const,
              at: draft.now,
            },
          }
        : request,
    ),
  };
  if (session.launches > 0)
    effect(draft, {
      type: 'kill_runtime',
      launch: session.launches,
      handle: draft.snapshot.facts.runtime?.handle ?? null,
    });
  issueEnds(draft, cause);
  if (cleansUp(draft, cause))
    removeWorkspace(draft, cause === 'merged' && draft.policy.merge.deleteBranch);
}

/** Work of a session that failed stays where it is: somebody may want to look at it. */
export function cleansUp(draft: Draft, cause: EndCause): boolean {
  if (draft.policy.keepWorkspace || cause === 'errored' || cause === 'terminated') return false;
  return cause !== 'merged' || draft.policy.autoCleanupOnMerge;
}

export function removeWorkspace(draft: Draft, deleteBranch: boolean): void {
  const { workspace, workspaceRounds } = draft.snapshot.session;
  if (workspace === null || workspace.state !== 'present') return;
  setSession(draft, {
    workspace: { ...workspace, state: 'removing' },
    workspaceRounds: workspaceRounds + 1,
  });
  effect(draft, { type: 'remove_workspace', deleteBranch, round: workspaceRounds + 1 });
}
