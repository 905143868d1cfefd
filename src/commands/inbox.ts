import { reactionTopic, reactionWords } from '../domain/reactions/reaction-words.ts';
import { isOffered } from '../domain/session/episode-marks.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Episode } from '../domain/session/session.ts';
import type { CommandParts } from './parts.ts';
import { view } from './parts.ts';
import type { InboxItem, SessionView } from './views.ts';

/** What needs this person now, oldest first: what they own, and what nobody owns. Null: what needs anybody. */
export function inboxItems(parts: CommandParts, actor: Actor | null): readonly InboxItem[] {
  return parts.dispatch
    .live()
    .map((snapshot) => ({ session: view(parts, snapshot), episodes: snapshot.episodes }))
    .filter(({ session }) => !session.muted)
    .flatMap(({ session, episodes }) => [...itemsOf(session), ...offersOf(session, episodes)])
    .filter((item) => actor === null || isAsked(actor, item))
    .toSorted((a, b) => a.since - b.since);
}

const isAsked = (actor: Actor, { owner }: InboxItem): boolean =>
  owner.subject === actor.subject || owner.subject.startsWith('system:');

const baseOf = ({ id, project, owner, title }: SessionView) =>
  ({ session: id, project, owner, title, request: null, key: null }) as const;

function itemsOf(session: SessionView): readonly InboxItem[] {
  const base = baseOf(session);
  const later = session.escalations.some(
    (escalation) => escalation.key === 'agent-needs-input' && escalation.snoozedUntil !== null,
  );
  const items: InboxItem[] = (later ? [] : session.openRequests).map((request) => ({
    ...base,
    id: `request:${session.id}:${request.id}`,
    kind: request.kind,
    text: request.title,
    since: request.askedAt,
    request,
    actions: ['interrupt', 'terminal'],
  }));
  for (const escalation of session.escalations) {
    if (
      escalation.acknowledgedBy !== null ||
      escalation.snoozedUntil !== null ||
      escalation.key === 'agent-needs-input'
    )
      continue;
    items.push({
      ...base,
      id: `escalation:${session.id}:${escalation.key}`,
      kind: 'escalation',
      text: `${reactionWords(escalation.key)}.`,
      since: escalation.at,
      key: escalation.key,
      actions: session.actions,
    });
  }
  const { pr } = session;
  if (session.status === 'mergeable' && session.turn === 'human' && pr !== null)
    items.push({
      ...base,
      id: `merge:${session.id}`,
      kind: 'merge',
      text: `Ready to merge at ${pr.headSha.slice(0, 7)}`,
      since: pr.openedAt,
      actions: ['merge', 'request_changes', 'diff'],
    });
  if (session.status === 'review_pending' && pr !== null)
    items.push({
      ...base,
      id: `review:${session.id}`,
      kind: 'review',
      text:
        pr.answeredFrom === null
          ? `Review pull request #${pr.number}`
          : `Look at pull request #${pr.number} again: ${pr.answeredFrom.slice(0, 7)} is ${pr.headSha.slice(0, 7)} now`,
      since: pr.openedAt,
      actions: session.actions.filter((action) =>
        ['approve', 'request_changes', 'diff', 'open_pr'].includes(action),
      ),
    });
  if (pr !== null && waitsForPerson(session))
    items.push({
      ...base,
      id: `waits:${session.id}`,
      kind: 'waits',
      text: waitText(session),
      since: pr.openedAt,
      actions: session.actions.filter((action) =>
        ['ready', 'rerun', 'open_pr', 'diff'].includes(action),
      ),
    });
  for (const steer of session.steers.filter((candidate) => candidate.state === 'failed')) {
    items.push({
      ...base,
      id: `steer:${session.id}:${steer.id}`,
      // Whoever wrote it knows what to do about it.
      owner: steer.kind === 'human' ? steer.author : session.owner,
      kind: 'failed_message',
      text: `Not delivered: ${steer.reason ?? 'unknown reason'}`,
      since: steer.createdAt,
      actions: [],
    });
  }
  return items;
}

const OF_THE_PULL_REQUEST: ReadonlySet<string> = new Set([
  'pr_open',
  'approved',
  'ci_failed',
  'changes_requested',
]);

/** It is people's turn because of the pull request, and no item above says so. */
const waitsForPerson = (session: SessionView): boolean =>
  session.turn === 'human' &&
  session.pr?.state === 'open' &&
  OF_THE_PULL_REQUEST.has(session.status) &&
  session.escalations.every((escalation) => escalation.acknowledgedBy !== null);

function waitText(session: SessionView): string {
  const waits = session.pr?.waits ?? [];
  const first =
    waits.find(({ who }) => who !== 'agent' && who !== 'forge' && who !== 'time') ?? waits[0];
  return first === undefined ? 'Look at it' : `${first.text} ${first.remedy}`;
}

/** What a reaction offered and nobody pressed yet, unless its escalation asks already. */
function offersOf(session: SessionView, episodes: readonly Episode[]): readonly InboxItem[] {
  return episodes
    .filter((episode) => isOffered(episode) && episode.escalatedAt === null)
    .map(({ key, lastAt }) => ({
      ...baseOf(session),
      id: `offer:${session.id}:${key}`,
      kind: 'escalation',
      text: `What ao offers about ${reactionTopic(key)} waits for somebody to press its button.`,
      since: lastAt,
      key,
      actions: session.actions,
    }));
}
