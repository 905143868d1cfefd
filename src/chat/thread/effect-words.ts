import type { Effect } from '../../domain/session/effect.ts';
import { oneLine } from '../words/wording.ts';

const EFFECT_WORDS: Readonly<Record<Effect['type'], string>> = {
  create_workspace: 'make the workspace',
  start_runtime: 'start the agent',
  write_handover: 'write the summary for the next agent',
  deliver_steer: 'deliver a message to the agent',
  interrupt_agent: 'interrupt the agent',
  answer_request: 'hand the answer to the agent',
  kill_runtime: "stop the agent's process",
  remove_workspace: 'remove the worktree',
  restore_workspace: 'restore the worktree',
  merge_pr: 'merge',
  read_pr_details: 'read the details of the pull request',
  refresh_pr: 'look at the pull request again',
  rerun_checks: 'run the checks again',
  update_branch: 'update the branch',
  reply_thread: 'reply to the review',
  resolve_threads: 'resolve review threads',
  mark_ready: 'mark the pull request as ready',
  ask_review_again: 'ask the reviewers to look again',
  update_issue: 'update the issue',
  notify: 'send a notification',
  spawn_session: 'start a session',
};

/** Of what ao does, after "could not". */
export const effectWords = (effect: string): string =>
  Object.hasOwn(EFFECT_WORDS, effect)
    ? EFFECT_WORDS[effect as Effect['type']]
    : `carry out ${oneLine(effect, 40)}`;
