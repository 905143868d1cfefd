import { looksFlaky } from '../../flaky.ts';
import { AO } from '../../ids.ts';
import type { ReactionPolicy } from '../../policy.ts';
import { failingChecks, openPr } from '../../pr.ts';
import type { Episode } from '../../session.ts';
import { isResting } from '../../status.ts';
import type { Millis } from '../../time.ts';
import { type Draft, effect, emit, episodeOf, putEpisode, wakeAt } from '../draft.ts';
import { CONDITIONS, conditionOf } from './conditions.ts';
import { climb, escalate } from './escalate.ts';
import { act, endReaction } from './fire.ts';

/**
 * Looks at every reaction: level-triggered, so a restart, a lost webhook or a duplicate delivery changes nothing.
 * Must run after the input was applied; what it does may open or close the merge gate, so that one is looked at last.
 */
export function react(draft: Draft): void {
  const builtIn = Object.keys(CONDITIONS);
  const own = Object.keys(draft.policy.reactions).filter((key) => !builtIn.includes(key));
  for (const key of [...builtIn, ...own]) {
    const policy = draft.policy.reactions[key];
    if (policy !== undefined && applies(draft, key)) reactTo(draft, policy);
  }
}

function applies(draft: Draft, key: string): boolean {
  if (draft.snapshot.session.ended !== null) return key === 'all-complete';
  return draft.snapshot.session.stage !== 'queued';
}

function reactTo(draft: Draft, policy: ReactionPolicy): void {
  const condition = conditionOf(draft, policy);
  switch (condition.state) {
    case 'over':
      return endReaction(draft, policy.key);
    case 'pending':
      if (condition.dueAt !== undefined) wakeAt(draft, policy.key === 'agent-stuck' ? 'stuck' : 'idle', policy.key, condition.dueAt);
      return keepOpen(draft, policy);
    case 'holds':
      return whileHolding(draft, policy, condition.fingerprint);
  }
}

/** Between the failure and the proof of its opposite the clock of the escalation goes on. */
function keepOpen(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (episode?.open) watchClock(draft, policy);
}

function whileHolding(draft: Draft, policy: ReactionPolicy, fingerprint: string): void {
  const episode = openEpisode(draft, policy, fingerprint);
  if (isSnoozed(draft, episode)) return wakeAt(draft, 'snooze', policy.key, episode.snoozedUntil ?? 0);
  if (episode.fingerprint !== fingerprint) attempt(draft, policy, fingerprint);
  else if (policy.action === 'send-to-agent' && policy.auto) resend(draft, policy);
  watchClock(draft, policy);
}

/** A new episode starts counting from nothing; only the ids of handled comments outlive the one before. */
function openEpisode(draft: Draft, policy: ReactionPolicy, fingerprint: string): Episode {
  const known = episodeOf(draft, policy.key);
  if (known?.open) return known;
  const episode: Episode = {
    key: policy.key,
    open: true,
    startedAt: draft.now,
    lastAt: draft.now,
    fingerprint: `not ${fingerprint}`,
    attempts: 0,
    sends: 0,
    escalatedAt: null,
    rung: 0,
    rungAt: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    marks: (known?.marks ?? []).filter((mark) => mark.startsWith('c:')),
  };
  putEpisode(draft, episode);
  return episode;
}

const isSnoozed = (draft: Draft, episode: Episode): boolean => episode.snoozedUntil !== null && episode.snoozedUntil > draft.now;

function attempt(draft: Draft, policy: ReactionPolicy, fingerprint: string): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined) return;
  const coolAt = episode.lastAt + policy.cooldown;
  if (episode.attempts > 0 && coolAt > draft.now) return wakeAt(draft, 'cooldown', policy.key, coolAt);
  if (policy.strategy === 'ladder' && !ladderIsThrough(draft, policy.key)) return;
  const attempts = episode.attempts + 1;
  const spent = policy.retries !== null && attempts > policy.retries;
  putEpisode(draft, { ...episode, fingerprint, attempts: spent ? episode.attempts : attempts, sends: spent ? episode.sends : 1, lastAt: draft.now });
  if (spent) return escalate(draft, policy, `${policy.key} again after ${episode.attempts} ${episode.attempts === 1 ? 'attempt' : 'attempts'}`);
  act(draft, policy, AO);
}

/** CI ladder: wait until the checks settled, read why they failed, rerun what looks flaky once, only then wake the agent. */
function ladderIsThrough(draft: Draft, key: string): boolean {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined) return false;
  const settlesAt = (pr.checks.firstFailureAt ?? draft.now) + draft.policy.settle;
  const allDone = pr.checks.checks.every((check) => check.status === 'completed');
  if (!allDone && settlesAt > draft.now) {
    wakeAt(draft, 'settle', pr.headSha, settlesAt);
    return false;
  }
  return hasExcerpts(draft, key) && !rerunsFlaky(draft, key);
}

/** How long the ladder waits for log excerpts before it goes on without. */
const DETAILS_PATIENCE = 15_000;

function hasExcerpts(draft: Draft, key: string): boolean {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined) return false;
  const missing = failingChecks(pr.checks).filter((check) => check.excerpt === null);
  if (missing.length === 0) return true;
  const mark = `details:${pr.headSha}:${missing.map((check) => check.name).toSorted().join(',')}`;
  const asked = episode.marks.find((candidate) => candidate.startsWith(`${mark}@`));
  if (asked === undefined) {
    putEpisode(draft, { ...episode, marks: [...episode.marks, `${mark}@${draft.now}`] });
    effect(draft, { type: 'read_pr_details', pr: pr.key, sha: pr.headSha, nonce: String(draft.now) });
    wakeAt(draft, 'settle', `details ${pr.headSha}`, draft.now + DETAILS_PATIENCE);
    return false;
  }
  const until = Number(asked.slice(mark.length + 1)) + DETAILS_PATIENCE;
  wakeAt(draft, 'settle', `details ${pr.headSha}`, until);
  return until <= draft.now;
}

function rerunsFlaky(draft: Draft, key: string): boolean {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined || !draft.policy.scm.rerun || pr.foreign) return false;
  const mark = `rerun:${pr.headSha}`;
  const failing = failingChecks(pr.checks);
  if (episode.marks.includes(mark) || !failing.every(looksFlaky)) return false;
  putEpisode(draft, { ...episode, marks: [...episode.marks, mark] });
  effect(draft, { type: 'rerun_checks', pr: pr.key, sha: pr.headSha, attempt: 1 });
  emit(draft, { type: 'checks.rerun', pr: pr.key, sha: pr.headSha, names: failing.map((check) => check.name), by: AO });
  return true;
}

/** The same condition is told again only when a turn ended without a change, with growing pauses. */
function resend(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || episode.escalatedAt !== null || episode.sends === 0) return;
  if (!isResting(draft.snapshot) || isWaiting(draft, policy.key)) return;
  const waits = draft.policy.resendBackoff;
  const wait = waits[episode.sends - 1];
  if (wait === undefined) return escalate(draft, policy, `${policy.key} still holds after it was told ${episode.sends} times`);
  const due = Math.max(draft.snapshot.facts.activity?.since ?? 0, episode.lastAt) + wait;
  if (due > draft.now) return wakeAt(draft, 'resend', policy.key, due);
  putEpisode(draft, { ...episode, sends: episode.sends + 1, lastAt: draft.now });
  act(draft, policy, AO);
}

const isWaiting = (draft: Draft, key: string): boolean =>
  draft.snapshot.steers.some((steer) => steer.reaction === key && ['queued', 'typing', 'typed'].includes(steer.state));

/** Escalation by time, and the ladder of one that nobody took. */
function watchClock(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || !episode.open) return;
  if (episode.escalatedAt !== null) return climb(draft, policy);
  if (policy.escalateAfter === null || policy.action === 'none') return;
  const due: Millis = episode.startedAt + policy.escalateAfter;
  if (due > draft.now) wakeAt(draft, 'escalate', policy.key, due);
  else escalate(draft, policy, `${policy.key} has held for ${Math.round((draft.now - episode.startedAt) / 60_000)} min`);
}

