import type { Effect } from './effect.ts';

/** Idempotency key of an effect: the same effect decided twice is one row. */
export function effectKey(session: string, effect: Effect): string {
  return `${effect.type}:${session}:${identity(effect)}`;
}

function identity(effect: Effect): string {
  switch (effect.type) {
    case 'start_runtime':
    case 'kill_runtime':
      return String(effect.launch);
    case 'write_handover':
      return `${effect.handover}:${effect.nonce}`;
    case 'deliver_steer':
      return `${effect.steer}:${effect.attempt}:${effect.nonce}`;
    case 'interrupt_agent':
      return effect.id;
    case 'answer_request':
      return `${effect.request}:${effect.nonce}`;
    case 'create_workspace':
    case 'remove_workspace':
    case 'restore_workspace':
      return String(effect.round);
    case 'merge_pr':
      return `${effect.pr}:${effect.sha}:${effect.attempt}:${effect.nonce}`;
    case 'read_pr_details':
      return `${effect.pr}:${effect.sha}:${effect.nonce}`;
    case 'update_branch':
      return `${effect.pr}:${effect.sha}:${effect.nonce}`;
    case 'mark_ready':
      return `${effect.pr}:${effect.sha}:${effect.nonce}`;
    case 'ask_review_again':
      return `${effect.pr}:${effect.sha}`;
    case 'refresh_pr':
      return `${effect.pr}:${effect.nonce}`;
    case 'rerun_checks':
      return `${effect.pr}:${effect.sha}:${effect.attempt}`;
    case 'reply_thread':
      return `${effect.pr}:${effect.key}`;
    case 'resolve_threads':
      return `${effect.pr}:${effect.nonce}:${effect.threads.map((thread) => thread.id).join(',')}`;
    case 'update_issue':
      return `${effect.issue}:${effect.key}`;
    case 'notify':
    case 'spawn_session':
      return effect.key;
  }
}

/** Effects of one lane run one after another; lanes run side by side. */
export function effectLane(session: string, effect: Effect): string {
  switch (effect.type) {
    case 'create_workspace':
    case 'start_runtime':
    case 'kill_runtime':
    case 'write_handover':
    case 'remove_workspace':
    case 'restore_workspace':
      return `session:${session}`;
    case 'deliver_steer':
      return `agent:${session}`;
    case 'interrupt_agent':
      return `interrupt:${session}`;
    case 'answer_request':
      return `answer:${session}:${effect.request}`;
    case 'merge_pr':
    case 'read_pr_details':
    case 'update_branch':
    case 'refresh_pr':
    case 'rerun_checks':
    case 'mark_ready':
    case 'ask_review_again':
    case 'reply_thread':
    case 'resolve_threads':
      return `scm:${session}`;
    case 'update_issue':
      return `tracker:${session}`;
    case 'notify':
      return `notify:${session}`;
    case 'spawn_session':
      return `spawn:${session}`;
  }
}
