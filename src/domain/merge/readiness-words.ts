import { shortSha } from '../session/pr.ts';
import { faultRemedy, faultSentence } from './check-faults.ts';
import type { Note, Wait } from './readiness.ts';
import { discountSentence } from './review-counts.ts';

/** Who can end a wait. `forge`: it works by itself, and ao looks again; `time`: the wait ends at its moment. */
export type Who = 'agent' | 'reviewer' | 'person' | 'admin' | 'forge' | 'time';

/** What people see, as a sentence. */
export function waitSentence(wait: Wait): string {
  switch (wait.type) {
    case 'over':
      return `The pull request is ${wait.state}.`;
    case 'draft':
      return 'It is a draft.';
    case 'other_work':
      return wait.ours === null
        ? `Its head ${shortSha(wait.head)} isn't in this session's repository, so it isn't this session's work.`
        : `Its head ${shortSha(wait.head)} leaves out ${commits(wait.ours)} of this session's worktree, and has others instead.`;
    case 'settling':
      return 'Checks may still register for this push.';
    case 'checks_of_other_commit':
      return `The checks are of ${wait.sha === null ? 'another commit' : shortSha(wait.sha)}, the head is ${shortSha(wait.head)}.`;
    case 'checks_failed':
      return wait.names.length === 0 ? 'A check failed.' : `A check failed: ${some(wait.names)}.`;
    case 'checks_not_run':
      return faultSentence(wait.fault, some(wait.names));
    case 'checks_running':
      return wait.names.length === 0
        ? 'Checks are running.'
        : `Checks are running: ${some(wait.names)}.`;
    case 'checks_missing':
      return `Required and not reported yet: ${some(wait.names)}.`;
    case 'checks_unknown':
      return 'The state of the checks is not known.';
    case 'no_checks':
      return 'No checks have run, and merge.requireChecks asks for at least one.';
    case 'review_missing':
      return ['A review is missing.', ...(wait.discounted ?? []).map(discountSentence)].join(' ');
    case 'changes_requested':
      return 'Changes were requested.';
    case 'review_again':
      return `Changes were requested; ${shortSha(wait.head)} answers them and waits for another look.`;
    case 'conflicting':
      return `It conflicts with ${wait.base}${wait.files.length > 0 ? ` in ${wait.files.slice(0, 3).join(', ')}` : ''}.`;
    case 'behind':
      return `The branch is behind ${wait.base}.`;
    case 'blocked':
      return wait.reason === null ? 'The branch rules block it.' : sentence(wait.reason);
    case 'queued':
      return 'It is queued at the forge, which merges it by itself.';
    case 'mergeability_unknown':
      return 'Whether it can be merged is not known yet.';
    case 'reaction':
      return `${wait.key} is still being handled.`;
  }
}

/** Who can do something about it. Never nobody: what works by itself is watched, and people are told when it lasts. */
export function whoCan(wait: Wait): Who {
  switch (wait.type) {
    case 'over':
    case 'draft':
    case 'no_checks':
      return 'person';
    case 'checks_not_run':
      return wait.fault === 'code' ? 'agent' : 'person';
    case 'settling':
      return 'time';
    case 'checks_failed':
    case 'changes_requested':
    case 'conflicting':
    case 'other_work':
      return 'agent';
    case 'reaction':
      return wait.key === 'branch-behind' ? 'forge' : 'agent';
    case 'review_missing':
    case 'review_again':
      return 'reviewer';
    case 'behind':
    case 'checks_of_other_commit':
    case 'checks_running':
    case 'checks_unknown':
    case 'mergeability_unknown':
    case 'queued':
      return 'forge';
    case 'checks_missing':
    case 'blocked':
      return 'admin';
  }
}

/** What they can do, as a sentence; what ends by itself says when. */
export function remedy(wait: Wait): string {
  switch (wait.type) {
    case 'over':
      return wait.state === 'closed'
        ? 'A person opens it again at the forge, adopts another one, or finishes the session.'
        : 'Nothing is left to do.';
    case 'draft':
      return 'ao marks it as ready when the agent is done (reaction draft-done); before that a person does, with the button or at the forge.';
    case 'other_work':
      return 'The agent brings both together and pushes, or pushes under another name; it is asked to when such a head is first seen, and anybody may ask again. A person who wants the pull request as it is merges it at the forge, or finishes this session and adopts it.';
    case 'settling':
      return 'It ends by itself, lifecycle.settle after the push.';
    case 'checks_of_other_commit':
      return LASTING;
    case 'checks_failed':
      return 'The agent gets the failure and fixes it (reaction ci-failed); a person may reply with a hint or rerun the checks.';
    case 'checks_not_run':
      return faultRemedy(wait.fault);
    case 'checks_running':
      return `${LASTING} A person may cancel or rerun the check.`;
    case 'checks_missing':
      return 'An admin sees to it that the check reports, or takes it out of the rules of the base.';
    case 'checks_unknown':
      return LASTING;
    case 'no_checks':
      return 'A person starts a check for this commit, or an admin sets merge.requireChecks to true.';
    case 'review_missing':
      return 'A reviewer approves or asks for changes.';
    case 'changes_requested':
      return 'The agent gets the comments and answers with a push (reaction changes-requested); the reviewer may approve all the same.';
    case 'review_again':
      return 'The reviewer looks at what changed since, then approves or asks for more.';
    case 'conflicting':
      return 'The agent is asked to resolve it (reaction merge-conflicts).';
    case 'behind':
      return 'ao updates the branch where a rule asks for a current base (reaction branch-behind); a person may do it at the forge.';
    case 'blocked':
      return 'The person or service that the rule names does what it asks for, or an admin changes the rule.';
    case 'queued':
      return `${LASTING} A person may take it out of the queue.`;
    case 'mergeability_unknown':
      return LASTING;
    case 'reaction':
      return 'The agent is at it, or a person presses the button of the reaction.';
  }
}

const LASTING =
  'The forge works on it and ao looks again by itself; after an hour people get a notice (reaction gate-waits).';

/** Said beside the sentence of what is waited for. */
export function noteSentence(note: Note): string {
  switch (note.type) {
    case 'optional_failed':
      return `Not required, and failed: ${some(note.names)}.`;
    case 'optional_running':
      return `Not required, and still running: ${some(note.names)}.`;
    case 'nothing_checked':
      return 'No checks ran for this commit.';
    case 'not_pushed':
      return `The worktree has ${commits(note.commits)} that the pull request lacks.`;
  }
}

const commits = (n: number): string => (n === 1 ? '1 commit' : `${n} commits`);

const some = (names: readonly string[]): string =>
  names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(', ');

/** Words of a plugin: a sentence of its own. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
