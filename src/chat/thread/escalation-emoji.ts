import { STATUS_EMOJI } from '../../commands/status-emoji.ts';

const ESCALATION_EMOJI: Readonly<Record<string, string>> = {
  'agent-stuck': STATUS_EMOJI.stuck,
  'agent-idle': STATUS_EMOJI.idle,
  'agent-needs-input': STATUS_EMOJI.needs_input,
  'report-needs-input': STATUS_EMOJI.needs_input,
  'agent-errored': STATUS_EMOJI.errored,
  'agent-exited': STATUS_EMOJI.terminated,
  'agent-limited': STATUS_EMOJI.limited,
  'ci-failed': STATUS_EMOJI.ci_failed,
  'checks-not-run': STATUS_EMOJI.ci_failed,
  'changes-requested': STATUS_EMOJI.changes_requested,
  'bugbot-comments': STATUS_EMOJI.changes_requested,
  'merge-failed': STATUS_EMOJI.merge_failed,
  'merge-conflicts': STATUS_EMOJI.merge_failed,
  'budget-exceeded': STATUS_EMOJI.paused,
  'approved-and-green': STATUS_EMOJI.mergeable,
};

export const escalationEmoji = (key: string): string => ESCALATION_EMOJI[key] ?? '⚠️';
