/** The words of a one-way notification: it is read on a phone or in a mailbox, far from the thread, so it says everything itself. */
import type { SessionView } from '../../commands/views.ts';
import type { ReactionKey } from '../../domain/reactions/reaction-words.ts';
import type { Notification } from '../../slots/notifier.ts';
import { oneLine, sentence } from './wording.ts';

export interface Told {
  readonly reaction: string;
  /** Of an escalation; null where nobody is asked. */
  readonly rung: number | null;
  readonly text: string;
}

export function notificationOf(told: Told, session: SessionView, url: string): Notification {
  const { pr } = session;
  const task = `${oneLine(session.title, 100)}${session.issue === null ? '' : ` (${session.issue})`}`;
  return {
    project: session.project,
    session: session.id,
    title: `${session.id} ${headline(told.reaction)}: ${task}`,
    text: sentence(told.text),
    next: nextOf(told, session),
    url,
    pr: pr === null ? null : { number: pr.number, title: pr.title, url: pr.url },
  };
}

const HEADLINES: Readonly<Record<ReactionKey, string>> = {
  'ci-failed': 'fails its checks',
  'checks-not-run': 'has checks that did not run',
  'draft-done': 'has a draft that is done',
  'gate-waits': 'waits for the forge',
  'changes-requested': 'has review comments open',
  'bugbot-comments': 'has comments of a bot open',
  'merge-conflicts': 'has conflicts',
  'branch-behind': 'is behind its base',
  'approved-and-green': 'is ready to merge',
  'merge-failed': 'could not be merged',
  'agent-idle': 'ended its turn without a result',
  'agent-stuck': 'is stuck',
  'agent-needs-input': 'asks you',
  'agent-exited': 'lost its agent',
  'agent-errored': 'shows an error',
  'agent-limited': 'reached its usage limit',
  'report-no-acknowledge': 'has not reported yet',
  'report-stale': 'has not reported for a while',
  'report-needs-input': 'needs you',
  'pr-closed': 'had its pull request closed',
  'budget-warning': 'has nearly used up its budget',
  'budget-exceeded': 'used up its budget',
  'all-complete': 'was the last to end',
};

/** A reaction of the team's own has no words here. */
const headline = (key: string): string =>
  Object.hasOwn(HEADLINES, key) ? HEADLINES[key as ReactionKey] : `tells ${key}`;

/** What to do, with a command that works anywhere. */
function nextOf({ reaction, rung }: Told, { id }: SessionView): string | null {
  switch (reaction) {
    case 'agent-needs-input':
      return `Answer in its thread, or:  ao answer ${id} "your answer"`;
    case 'report-needs-input':
      return `Answer in its thread, or:  ao send ${id} "your answer"`;
    case 'approved-and-green':
      return `Look at it, then merge:  ao merge ${id}`;
    case 'pr-closed':
      return `Go on or finish:  ao resume ${id}  or  ao done ${id}`;
    case 'budget-exceeded':
      return `Raise the budget, or stop it:  ao kill ${id}`;
    case 'all-complete':
      return null;
    default:
      return rung === null
        ? `Look at it:  ao show ${id}`
        : `Take it in its thread, or:  ao ack ${id}  (later:  ao snooze ${id} 30m)`;
  }
}
