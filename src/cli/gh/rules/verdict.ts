/** A rule of ao that a `gh` command line would get round. */
export type Rule =
  | 'merge'
  | 'base'
  | 'state'
  | 'approve'
  | 'dismiss'
  | 'branch'
  | 'protection'
  | 'checks'
  /** What is sent can't be read beforehand, and it goes where a rule may forbid it. */
  | 'unreadable';

/** What may be done to a pull request of the session itself, or to one that no session of ao works on. */
export type Deed = 'close' | 'approve' | 'close_issue';

/** A pull request as a command line names it: number, address or branch; null: the one of the branch that is checked out. */
export interface Named {
  readonly pull: string | null;
  /** `[host/]owner/name` where the line names it; null: the one of the folder. */
  readonly repo: string | null;
}

export type Verdict =
  | { readonly type: 'pass' }
  | { readonly type: 'refuse'; readonly rule: Rule }
  /** It depends on whose pull request it is. */
  | ({ readonly type: 'whose'; readonly deed: Deed } & Named);

export const PASS: Verdict = { type: 'pass' };
export const refuse = (rule: Rule): Verdict => ({ type: 'refuse', rule });

/** Whose a pull request is: this session's, another session's, somebody else's; null: ao could not be asked. */
export type Whose = 'own' | 'session' | 'other' | null;

/** The rule that forbids it, once it is known whose the pull request is; null: none. What can't be told is forbidden. */
export function ruleAgainst(deed: Deed, whose: Whose): Rule | null {
  switch (deed) {
    case 'close':
      return whose === 'own' ? null : 'state';
    case 'approve':
      return whose === 'other' ? null : 'approve';
    case 'close_issue':
      // An issue has a number too: only one that is known for another session's pull request is meant.
      return whose === 'session' ? 'state' : null;
  }
}

/** What the agent reads: what was not done, why, and what to do. */
export function refusalWords(rule: Rule): string {
  switch (rule) {
    case 'merge':
      return 'Not merged: people approve one commit for one base, and ao merges it then. Say that you are done instead:  ao report done "..."';
    case 'base':
      return 'Not changed: people look at an open pull request for the branch it goes into, so its base is not an agent\'s to change. Ask for it:  ao report needs_input "..."';
    case 'state':
      return 'Not done: an agent closes and reopens the pull requests of its own session only, named by number (gh pr close 12), and ao must be there to tell whose they are. Ask a person for others:  ao report needs_input "..."';
    case 'approve':
      return "Not approved: an approval is a person's, and none is an agent's for work of ao's sessions. Write what you think as a comment:  gh pr review 12 --comment --body \"...\"";
    case 'dismiss':
      return 'Not dismissed: what a reviewer asked for is theirs to take back. Answer it with a push or a reply:  ao threads';
    case 'branch':
      return 'Not moved: a branch moves at the remote by git push of your own branch, never by a call of the API.';
    case 'protection':
      return 'Not changed: the rules of a repository and its branches are for its admins. Ask for it:  ao report needs_input "..."';
    case 'checks':
      return 'Not reported: merges depend on what checks say of a commit, so only the checks themselves report it. Run them again with a push.';
    case 'unreadable':
      return 'Not sent: ao must see what this call changes, because a rule may forbid it. Give the fields in the command line (-f name=value), the query as text.';
  }
}
