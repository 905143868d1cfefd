/** What the merge policy must know of whoever presses, read now. What can't be read refuses. */
import { loginOf } from '../db/identity-store.ts';
import { ownersOfFile, parseCodeOwners } from '../domain/merge/code-owners.ts';
import {
  type Approver,
  NOTHING_SENSITIVE,
  type SensitiveChange,
} from '../domain/merge/merge-approval.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { PullRequestFact } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { ok, type Result } from '../lib/result.ts';
import { fitsPattern, sensitiveFiles } from '../lifecycle/sensitive-files.ts';
import { OPERATOR } from './access.ts';
import { asking, type CommandParts } from './parts.ts';

export async function readApprover(
  parts: CommandParts,
  actor: Actor,
  snapshot: Snapshot,
  pr: PullRequestFact,
): Promise<Result<Approver, Refusal>> {
  const { project } = snapshot.session;
  const { merge } = parts.policyOf(project);
  const login = loginIn(parts, project, actor.subject);
  const scm = parts.plugins.scm(project);
  const permission =
    merge.requireWrite && login !== null
      ? await asking('the scm', () => scm.permission(login))
      : ok(null);
  if (!permission.ok) return permission;
  const sensitive =
    merge.sensitivePaths.length === 0
      ? NOTHING_SENSITIVE
      : await sensitiveChange(parts, snapshot, pr, { subject: actor.subject, login });
  return ok({
    login,
    permission: permission.value,
    requester: isRequester(parts, snapshot, actor.subject, login),
    sensitive,
  });
}

const loginIn = (parts: CommandParts, project: string, subject: string): string | null => {
  const forge = parts.forgeOf(project);
  return forge === null ? null : loginOf(parts.db, subject, forge);
};

/** Whoever started the session, or had it started by an orchestrator, under any of their names. */
function isRequester(
  parts: CommandParts,
  snapshot: Snapshot,
  subject: string,
  login: string | null,
): boolean {
  const seen = new Set<string>();
  for (let at: Snapshot | null = snapshot; at !== null && !seen.has(at.session.id); ) {
    const { id, project, parent, startedBy }: Snapshot['session'] = at.session;
    seen.add(id);
    if (startedBy.subject === subject) return true;
    if (
      login !== null &&
      loginIn(parts, project, startedBy.subject)?.toLowerCase() === login.toLowerCase()
    )
      return true;
    at = parent === null ? null : parts.dispatch.snapshot(parent);
  }
  return false;
}

/**
 * Why this person's review can't be the one that the policy asks for: it is their own work, under whatever name, and the policy
 * wants somebody else (merge.excludeRequester), or the change has sensitive files. Null: it can.
 */
export async function ownReview(
  parts: CommandParts,
  actor: Actor,
  snapshot: Snapshot,
  pr: PullRequestFact,
): Promise<Refusal | null> {
  const { project, id } = snapshot.session;
  const { merge } = parts.policyOf(project);
  const login = loginIn(parts, project, actor.subject);
  if (!isRequester(parts, snapshot, actor.subject, login)) return null;
  const no = (rule: string): Refusal => ({
    code: 'AO_MERGE_POLICY',
    message: `You asked for ${id}, so your review isn't the one the policy wants (${rule}). Ask somebody else who may merge.`,
  });
  if (merge.excludeRequester) return no('merge.excludeRequester');
  if (merge.sensitivePaths.length === 0 || actor.subject === OPERATOR) return null;
  const change = await sensitiveChange(parts, snapshot, pr, { subject: actor.subject, login });
  return change.type === 'known' && change.files.length === 0 ? null : no('merge.sensitivePaths');
}

type Owner = { readonly subject: string; readonly login: string | null };

async function sensitiveChange(
  parts: CommandParts,
  { session }: Snapshot,
  pr: PullRequestFact,
  who: Owner,
): Promise<SensitiveChange> {
  const { merge } = parts.policyOf(session.project);
  const scm = parts.plugins.scm(session.project);
  const changes = await asking('the scm', () => scm.diff(pr.key, pr.headSha));
  if (!changes.ok) return { type: 'unknown', reason: changes.error.message };
  const files = sensitiveFiles(changes.value.files, merge.sensitivePaths);
  if (files === null)
    return { type: 'unknown', reason: 'the scm does not say which files it changes' };
  if (files.length === 0) return NOTHING_SENSITIVE;
  const named = parts.ownersOf(session.project);
  if (named.some((owner) => isOwner(owner, who))) return { type: 'known', files, owned: true };
  const text =
    scm.codeOwners === undefined
      ? ok(null)
      : await asking('the scm', () => scm.codeOwners?.(pr.key) ?? Promise.resolve(null));
  if (!text.ok) return { type: 'unknown', reason: text.error.message };
  const lines = parseCodeOwners(text.value ?? '');
  const owned =
    who.login !== null &&
    files.every((file) =>
      ownersOfFile(lines, file, fitsPattern).includes(who.login?.toLowerCase() ?? ''),
    );
  return { type: 'known', files, owned };
}

/** `slack:T1:U2`, `discord:1:2` and the like, or a login with or without @. */
const isOwner = (owner: string, who: Owner): boolean =>
  owner === who.subject ||
  (who.login !== null && owner.replace(/^@/, '').toLowerCase() === who.login.toLowerCase());
