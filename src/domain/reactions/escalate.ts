import { type Draft, effect, emit, episodeOf, putEpisode, wakeAt } from '../decide/draft.ts';
import type { Actor } from '../session/ids.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import type { Millis } from '../session/time.ts';
import { conditionWords, reactionText } from './text.ts';

const TOP_RUNG = 2;
/** Mark of an escalation that quiet hours hold back, with its reason. */
const DUE = 'due:';

export const withoutDue = (marks: readonly string[]): readonly string[] =>
  marks.filter((mark) => !mark.startsWith(DUE));

/** Asks a human, once per episode. Quiet hours hold back all but what is urgent; it is made up for when they end. */
export function escalate(draft: Draft, policy: ReactionPolicy, reason: string): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || episode.escalatedAt !== null) return;
  const marks = withoutDue(episode.marks);
  const quiet = quietFor(draft, policy);
  if (quiet !== null) {
    if (dueReason(draft, policy.key) === null)
      putEpisode(draft, { ...episode, marks: [...marks, `${DUE}${reason}`] });
    return wakeAt(draft, 'escalate', policy.key, quiet);
  }
  putEpisode(draft, { ...episode, marks, escalatedAt: draft.now, rung: 0, rungAt: draft.now });
  raise(draft, policy, 0, reason);
  climb(draft, policy);
}

/** Why an escalation is due that could not be told yet; null when none is. */
export function dueReason(draft: Draft, key: string): string | null {
  const mark = episodeOf(draft, key)?.marks.find((candidate) => candidate.startsWith(DUE));
  return mark === undefined ? null : mark.slice(DUE.length);
}

const quietFor = (draft: Draft, policy: ReactionPolicy): Millis | null =>
  policy.priority === 'urgent' ? null : draft.policy.quietUntil(draft.now);

function raise(draft: Draft, policy: ReactionPolicy, rung: number, reason: string): void {
  const { session } = draft.snapshot;
  // What is written to an agent, fences and all, is not for people: they get the reason, and the evidence was told before it.
  const text = policy.action === 'send-to-agent' ? '' : reactionText(draft, policy);
  emit(draft, {
    type: 'escalation.raised',
    key: policy.key,
    reason,
    text,
    rung,
    to: session.owner,
  });
  // Where the thread itself rings at people, notifiers wait for the second rung.
  if (rung === 0 && draft.policy.threadReaches) return;
  const priority = rung >= TOP_RUNG ? 'urgent' : policy.priority;
  effect(draft, {
    type: 'notify',
    key: `${policy.key}-${draft.now}-rung${rung}-${session.owner.subject}`,
    reaction: policy.key,
    rung,
    priority,
    text: text === '' ? `${reason}.` : `${reason}. ${text}`,
  });
}

/** What is open is asked of the new owner from the first rung on, whoever had taken it before. */
export function askNewOwner(draft: Draft, by: Actor): void {
  for (const { key, open, escalatedAt } of draft.snapshot.episodes) {
    const policy = draft.policy.reactions[key];
    const episode = episodeOf(draft, key);
    if (!open || escalatedAt === null || policy === undefined || episode === undefined) continue;
    putEpisode(draft, {
      ...episode,
      rung: 0,
      rungAt: draft.now,
      acknowledgedBy: null,
      snoozedUntil: null,
    });
    raise(draft, policy, 0, `${by.name} handed it over: ${conditionWords(key)}`);
  }
}

/** Nobody took it within `ackTimeout`: the next rung. A snooze that is over tells it again where it was. */
export function climb(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || episode.escalatedAt === null || episode.acknowledgedBy !== null)
    return;
  const snoozed = episode.snoozedUntil !== null;
  if (!snoozed && episode.rung >= TOP_RUNG) return;
  const due =
    episode.snoozedUntil ?? (episode.rungAt ?? episode.escalatedAt) + draft.policy.ackTimeout;
  if (due > draft.now) return wakeAt(draft, snoozed ? 'snooze' : 'acknowledge', policy.key, due);
  const quiet = quietFor(draft, policy);
  if (quiet !== null) return wakeAt(draft, 'acknowledge', policy.key, quiet);
  const rung = snoozed ? episode.rung : episode.rung + 1;
  putEpisode(draft, { ...episode, rung, rungAt: draft.now, snoozedUntil: null });
  raise(
    draft,
    policy,
    rung,
    snoozed
      ? `${conditionWords(policy.key)}; it was snoozed and still holds`
      : `${conditionWords(policy.key)}; nobody has taken it yet`,
  );
  climb(draft, policy);
}
