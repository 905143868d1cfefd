/**
 * Who may merge, and how many it takes. Together with the merge gate this is the whole merge policy: looked at when somebody
 * presses, and again right before the merge. Whatever could not be read counts against the merge.
 */
import type { Refusal } from '../session/decision.ts';
import type { Actor } from '../session/ids.ts';
import type { MergePolicy } from '../session/policy.ts';
import type { Approval } from '../session/session.ts';

/** What was read of the person who presses, and of the change, at that moment. */
export interface Approver {
  /** Login at the forge that this person proved to be theirs; null: none. */
  readonly login: string | null;
  /** Of that login, read live; null: nobody asked. */
  readonly permission: 'none' | 'read' | 'write' | 'admin' | 'unknown' | null;
  /** This person, under any of their names, asked for the work. */
  readonly requester: boolean;
  readonly sensitive: SensitiveChange;
}

/** Files of the change that `merge.sensitivePaths` names. */
export type SensitiveChange =
  | {
      readonly type: 'known';
      readonly files: readonly string[] /** The person who presses owns all of them. */;
      readonly owned: boolean;
    }
  | { readonly type: 'unknown'; readonly reason: string };

export const NOTHING_SENSITIVE: SensitiveChange = { type: 'known', files: [], owned: false };

/** Nothing was read: enough for a policy that asks nothing of people, not for any other. */
export const unreadApprover = (merge: MergePolicy): Approver => ({
  login: null,
  permission: null,
  requester: true,
  sensitive:
    merge.sensitivePaths.length === 0
      ? NOTHING_SENSITIVE
      : { type: 'unknown', reason: 'nobody looked' },
});

/** Why this person may not approve, naming the rule; null: they may. */
export function approverRefusal(
  merge: MergePolicy,
  approver: Approver,
  session: { readonly id: string; readonly startedBy: Actor },
): Refusal | null {
  const no = (why: string): Refusal => ({
    code: 'AO_MERGE_POLICY',
    message: `You can't merge here: ${why}`,
  });
  if (merge.excludeRequester && approver.requester) {
    return no(
      `the policy asks for someone other than @${session.startedBy.name.replace(/^@/, '')}, who started ${session.id} (merge.excludeRequester).`,
    );
  }
  if (merge.requireWrite && approver.login === null)
    return no(
      'the policy asks for a linked login with write permission (merge.requireWrite). Link yours:  /ao link <your login>',
    );
  if (merge.requireWrite && approver.permission !== 'write' && approver.permission !== 'admin')
    return no(permissionWords(approver));
  if (approver.sensitive.type === 'unknown')
    return no(
      `the policy has sensitive paths, and which files this changes can't be read: ${approver.sensitive.reason} (merge.sensitivePaths).`,
    );
  return null;
}

function permissionWords({ login, permission }: Approver): string {
  const rule = 'the policy asks for write permission (merge.requireWrite)';
  return permission === 'unknown' || permission === null
    ? `${rule}, and the forge does not say what @${login} may do. Try again, or give ao's token the right to see collaborators.`
    : `${rule}, and @${login} has ${permission === 'none' ? 'no access' : 'only read access'}.`;
}

/** What an approval is of: a commit, and the name of the branch it goes into. */
export type Approved = Pick<Approval, 'sha' | 'base'>;

export const isOf = (approval: Approved, what: Approved): boolean =>
  approval.sha === what.sha && approval.base === what.base;

/** Approvals of this commit for this base by distinct people: one person under two names is one. */
export function countedApprovals(
  approvals: readonly Approval[],
  what: Approved,
  merge: MergePolicy,
): readonly Approval[] {
  const counted: Approval[] = [];
  for (const approval of approvals) {
    if (!isOf(approval, what) || (merge.excludeRequester && approval.requester)) continue;
    if (!counted.some((other) => isSamePerson(other, approval))) counted.push(approval);
  }
  return counted;
}

const isSamePerson = (a: Approval, b: Approval): boolean =>
  a.by.subject === b.by.subject ||
  (a.login !== null && b.login !== null && a.login.toLowerCase() === b.login.toLowerCase());

/**
 * What is still missing of people, each a sentence; empty: enough. `alone`: ao merges by itself (`auto: true`), which needs
 * nobody as long as the policy asks for nobody in particular.
 */
export function approvalWaits(input: {
  readonly merge: MergePolicy;
  readonly approvals: readonly Approval[];
  readonly what: Approved;
  readonly sensitiveFiles: readonly string[];
  readonly reviewed: boolean;
  readonly alone: boolean;
}): readonly string[] {
  const { merge, sensitiveFiles } = input;
  const counted = countedApprovals(input.approvals, input.what, merge);
  const needed =
    input.alone && merge.approvers === 1 && !merge.excludeRequester ? 0 : merge.approvers;
  const waits: string[] = [];
  if (counted.length < needed) waits.push(`${counted.length} of ${needed} approvals.`);
  if (sensitiveFiles.length === 0) return waits;
  const files = `${sensitiveFiles.slice(0, 3).join(', ')}${sensitiveFiles.length > 3 ? ` and ${sensitiveFiles.length - 3} more` : ''}`;
  if (!input.reviewed)
    waits.push(`It changes ${files} (merge.sensitivePaths): a review is missing.`);
  if (!counted.some((approval) => approval.owner))
    waits.push(`It changes ${files} (merge.sensitivePaths): an owner must approve.`);
  return waits;
}
