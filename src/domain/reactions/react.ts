import { type Draft, episodeOf, putEpisode, wakeAt } from '../decide/draft.ts';
import { AO } from '../session/ids.ts';
import type { ReactionAction, ReactionPolicy } from '../session/policy.ts';
import type { Episode } from '../session/session.ts';
import { isResting } from '../session/status.ts';
import type { Millis } from '../session/time.ts';
import { CONDITIONS, conditionOf } from './conditions.ts';
import { climb, dueReason, escalate } from './escalate.ts';
import { act, endReaction, fallBackToAgent } from './fire.ts';
import { ladderIsThrough } from './ladder.ts';
import { offersOnly } from './offer.ts';
import { giveUp } from './perform.ts';
import { isReview } from './review-conditions.ts';
import { tellProblem } from './tell-agent.ts';
import { conditionWords } from './text.ts';

/**
 * Looks at every reaction: level-triggered, so a restart, a lost webhook or a duplicate delivery changes nothing.
 * Must run after the input was applied; what it does may open or close the merge gate, so that one is looked at last.
 */
export function react(draft: Draft): void {
  for (const key of [...Object.keys(CONDITIONS), ...ownKeys(draft)]) {
    const policy = draft.policy.reactions[key];
    if (policy !== undefined && policy.on === null && applies(draft, key)) reactTo(draft, policy);
  }
}

/** The team's own reactions to events. Runs when all that this input leads to has happened. */
export function reactToEvents(draft: Draft): void {
  for (const key of ownKeys(draft)) {
    const policy = draft.policy.reactions[key];
    if (
      policy?.on != null &&
      (draft.snapshot.session.ended === null || AFTER_THE_END.has(policy.action))
    )
      reactTo(draft, policy);
  }
}

const ownKeys = (draft: Draft): readonly string[] =>
  Object.keys(draft.policy.reactions).filter((key) => CONDITIONS[key] === undefined);

/** What can still be done for a session that is over. */
const AFTER_THE_END: ReadonlySet<ReactionAction> = new Set(['notify', 'spawn']);
/** What goes on while a session is paused: it only tells people. */
const WHILE_PAUSED: ReadonlySet<ReactionAction> = new Set(['notify', 'escalate', 'park', 'none']);

function applies(draft: Draft, key: string): boolean {
  if (draft.snapshot.session.ended !== null) return key === 'all-complete';
  return draft.snapshot.session.stage !== 'queued';
}

function reactTo(draft: Draft, policy: ReactionPolicy): void {
  const condition = conditionOf(draft, policy);
  if (condition.state !== 'holds' && condition.dueAt !== undefined)
    wakeAt(draft, policy.key === 'agent-stuck' ? 'stuck' : 'idle', policy.key, condition.dueAt);
  if (condition.state === 'over') {
    forgetOnset(draft, policy.key);
    return endReaction(draft, policy.key);
  }
  if (condition.state === 'holds' && isTooYoung(draft, policy)) return;
  if (draft.snapshot.session.paused !== null && !WHILE_PAUSED.has(policy.action)) return;
  if (condition.state === 'holds') return whileHolding(draft, policy, condition.fingerprint);
  // Between the failure and the proof of its opposite the clock of the escalation goes on.
  if (episodeOf(draft, policy.key)?.open) watchClock(draft, policy, condition.clock ?? true);
}

/** Those whose condition has their threshold in it, because it is counted from something that is known. */
const TIMED_THEMSELVES: ReadonlySet<string> = new Set([
  'gate-waits',
  'agent-idle',
  'agent-stuck',
  'report-no-acknowledge',
  'report-stale',
]);
const ONSET = 'holds since ';

/** The condition has not held for the threshold of its reaction yet. What is known of an event does not last, so it never waits. */
function isTooYoung(draft: Draft, policy: ReactionPolicy): boolean {
  const { key, threshold, on } = policy;
  const known = episodeOf(draft, key);
  if (threshold === 0 || on !== null || TIMED_THEMSELVES.has(key) || known?.open) return false;
  const mark = known?.marks.find((one) => one.startsWith(ONSET));
  const since = mark === undefined ? draft.now : Number(mark.slice(ONSET.length));
  if (mark === undefined)
    putEpisode(draft, {
      ...(known ?? newEpisode(draft, key, '')),
      open: false,
      marks: [...(known?.marks ?? []), `${ONSET}${since}`],
    });
  if (draft.now - since >= threshold) return false;
  wakeAt(draft, 'idle', key, since + threshold);
  return true;
}

function forgetOnset(draft: Draft, key: string): void {
  const known = episodeOf(draft, key);
  if (known?.marks.some((mark) => mark.startsWith(ONSET)))
    putEpisode(draft, {
      ...known,
      marks: known.marks.filter((mark) => !mark.startsWith(ONSET)),
    });
}

function whileHolding(draft: Draft, policy: ReactionPolicy, fingerprint: string): void {
  const episode = openEpisode(draft, policy, fingerprint);
  if (episode.fingerprint !== fingerprint) attempt(draft, policy, fingerprint);
  else if (policy.action === 'send-to-agent' && !offersOnly(draft, policy)) resend(draft, policy);
  else fallBackToAgent(draft, policy);
  watchClock(draft, policy, true);
}

/** Marks that outlive their episode: comments and requests handled, commits rerun, threads sent and asked about, rounds. */
const LASTING = ['c:', 'r:', 'rerun:', 'sent:', 'asked:', 'round:', 'answered:'];

/** A new episode starts counting from nothing. */
function openEpisode(draft: Draft, policy: ReactionPolicy, fingerprint: string): Episode {
  const known = episodeOf(draft, policy.key);
  if (known?.open) return known;
  const episode: Episode = {
    ...newEpisode(draft, policy.key, `not ${fingerprint}`),
    lastAt: known?.lastAt ?? 0,
    marks: (known?.marks ?? []).filter((mark) => LASTING.some((prefix) => mark.startsWith(prefix))),
  };
  putEpisode(draft, episode);
  return episode;
}

const newEpisode = (draft: Draft, key: string, fingerprint: string): Episode => ({
  key,
  open: true,
  startedAt: draft.now,
  lastAt: 0,
  fingerprint,
  attempts: 0,
  sends: 0,
  escalatedAt: null,
  rung: 0,
  rungAt: null,
  acknowledgedBy: null,
  snoozedUntil: null,
  marks: [],
});

function attempt(draft: Draft, policy: ReactionPolicy, fingerprint: string): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined) return;
  const coolAt = episode.lastAt + policy.cooldown;
  if (policy.cooldown > 0 && coolAt > draft.now)
    return wakeAt(draft, 'cooldown', policy.key, coolAt);
  if (policy.strategy === 'ladder' && !ladderIsThrough(draft, policy.key)) return;
  const known = episodeOf(draft, policy.key) ?? episode;
  const spent = whySpent(draft, policy, known);
  if (spent !== null)
    return giveOver(draft, policy, { ...known, fingerprint, lastAt: draft.now }, spent);
  putEpisode(draft, {
    ...known,
    fingerprint,
    attempts: known.attempts + 1,
    sends: 1,
    lastAt: draft.now,
  });
  act(draft, policy, AO);
}

/** Why the agent is not asked once more; null when it is. */
function whySpent(draft: Draft, policy: ReactionPolicy, episode: Episode): string | null {
  const { reviewRounds } = draft.snapshot.session;
  if (
    isReview(policy.key) &&
    policy.action === 'send-to-agent' &&
    reviewRounds >= draft.policy.reviewRounds
  )
    return `${conditionWords(policy.key)} again after ${reviewRounds} review rounds`;
  if (policy.retries === null || episode.attempts < policy.retries) return null;
  return `${conditionWords(policy.key)} again after ${episode.attempts} ${episode.attempts === 1 ? 'attempt' : 'attempts'}`;
}

/** From the agent to a person. A process that keeps ending is the end of the session. */
function giveOver(draft: Draft, policy: ReactionPolicy, episode: Episode, reason: string): void {
  putEpisode(draft, episode);
  tellProblem(draft, policy, false);
  if (policy.key === 'agent-exited') return giveUp(draft, policy);
  escalate(draft, policy, reason);
}

/** The same condition is told again only when a turn ended without a change, with growing pauses. */
function resend(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (
    episode === undefined ||
    episode.escalatedAt !== null ||
    episode.sends === 0 ||
    dueReason(draft, policy.key) !== null
  )
    return;
  if (!isResting(draft.snapshot) || isWaiting(draft, policy.key)) return;
  const waits = draft.policy.resendBackoff;
  const wait = waits[episode.sends - 1];
  if (wait === undefined)
    return escalate(
      draft,
      policy,
      `${conditionWords(policy.key)}, and still does after the agent was told ${episode.sends} times`,
    );
  const due = Math.max(draft.snapshot.facts.activity?.since ?? 0, episode.lastAt) + wait;
  if (due > draft.now) return wakeAt(draft, 'resend', policy.key, due);
  putEpisode(draft, { ...episode, sends: episode.sends + 1, lastAt: draft.now });
  act(draft, policy, AO);
}

const isWaiting = (draft: Draft, key: string): boolean =>
  draft.snapshot.steers.some(
    (steer) => steer.reaction === key && ['queued', 'typing', 'typed'].includes(steer.state),
  );

/** Escalation by time, and the ladder of one that nobody took. `counts` false: this time is not held against it. */
function watchClock(draft: Draft, policy: ReactionPolicy, counts: boolean): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || !episode.open) return;
  if (episode.escalatedAt !== null) return climb(draft, policy);
  const reason = dueReason(draft, policy.key);
  if (reason !== null) return escalate(draft, policy, reason);
  if (policy.escalateAfter === null || policy.action === 'none' || !counts) return;
  const due: Millis = episode.startedAt + policy.escalateAfter;
  if (due > draft.now) wakeAt(draft, 'escalate', policy.key, due);
  else
    escalate(
      draft,
      policy,
      `${conditionWords(policy.key)}, since ${Math.round((draft.now - episode.startedAt) / 60_000)} min ago`,
    );
}
