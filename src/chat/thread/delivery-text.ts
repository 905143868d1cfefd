import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { SessionView } from '../../commands/views.ts';
import { reactionTopic } from '../../domain/reactions/reaction-words.ts';
import type { OfferReason, SessionEvent } from '../../domain/session/event.ts';
import {
  count,
  diffSize,
  duration,
  oneLine,
  people,
  person,
  sentence,
  shortSha,
  timeAhead,
} from '../words/wording.ts';
import { effectWords } from './effect-words.ts';
import type { Of } from './ending-text.ts';
import { escalationEmoji } from './escalation-emoji.ts';
import { branchPushedText } from './push-text.ts';
import { changesText, placeText, resolvedText } from './review-text.ts';

type Told = Extract<
  SessionEvent,
  {
    type:
      | `session.${string}`
      | `workspace.${string}`
      | `runtime.${string}`
      | `agent.${string}`
      | `steer.${string}`
      | `request.${string}`;
  }
>;

/** Pull request, checks, review, merge, reactions. */
export function deliveryText(
  event: Exclude<SessionEvent, Told>,
  session: SessionView,
  at: number,
): string {
  switch (event.type) {
    case 'pr.opened': {
      const pr = session.prs.find((one) => one.key === event.pr);
      return `${STATUS_EMOJI.pr_open} PR ${prNumber(event.pr, session)} opened${pr === undefined ? '.' : `: "${oneLine(pr.title, 120)}" (${diffSize(pr)}, ${count(pr.changedFiles, 'file')}).`}`;
    }
    case 'pr.foreign':
      return foreignText(event, session);
    case 'pr.pushed':
      return `Pushed ${shortSha(event.sha)} to PR ${prNumber(event.pr, session)}.`;
    case 'branch.pushed':
      return branchPushedText(event, prNumber(event.pr, session));
    case 'pr.base_changed':
      return `⚠️ PR ${prNumber(event.pr, session)} goes into ${oneLine(event.to, 80)} now; it was ${oneLine(event.from, 80)}. Approvals and reviews for ${oneLine(event.from, 80)} no longer count.`;
    case 'base.moved':
      return baseMovedText(event, prNumber(event.pr, session));
    case 'pr.closed':
      return `PR ${prNumber(event.pr, session)} was closed without a merge. Resume, or finish the session.`;
    case 'pr.reopened':
      return `PR ${prNumber(event.pr, session)} was reopened.`;
    case 'pr.merged':
      return `${STATUS_EMOJI.merged} PR ${prNumber(event.pr, session)} merged into ${oneLine(event.base, 80)}${event.mergeSha === null ? '' : ` as ${shortSha(event.mergeSha)}`}${event.by === null ? '' : ` by ${people([event.by.replace(/^@/, '')])}`}.${event.note === undefined ? '' : ` ${sentence(event.note)}`}`;
    case 'forge.unreachable':
      return `⚠️ ao can't ask the forge about the pull request; what is shown is as it was before. ${sentence(event.reason)}`;
    case 'forge.back':
      return `The forge answers again, after ${duration(at - event.since)}.`;
    case 'forge.moved':
      return `The repository ${oneLine(event.from, 120)} is ${oneLine(event.to, 120)} now; ao continues with it. Set repo: ${oneLine(event.to, 120)} in ao.yaml, and the address of the clone's remote.`;
    case 'pr.mergeability':
      return event.to === 'conflicting'
        ? `PR ${prNumber(event.pr, session)} conflicts with its base.`
        : `PR ${prNumber(event.pr, session)} is ${event.to}.`;
    case 'checks.passed':
      return `Checks pass on ${shortSha(event.sha)}: ${event.total} of ${event.total}.`;
    case 'checks.failed':
      return checksFailedText(event);
    case 'checks.rerun':
      return checksRerunText(event);
    case 'checks.not_run':
      return notRunText(event);
    case 'pr.ready':
      return `PR ${prNumber(event.pr, session)} is no longer a draft.`;
    case 'review.answered':
      return answeredText(event);
    case 'review.approved':
      return `${STATUS_EMOJI.approved} Approved by ${people(event.by)}.`;
    case 'review.changes_requested':
      return changesText(event);
    case 'review.replied':
      return `${person(event.by)} replied${event.place === null ? '' : ` on ${placeText(event.place)}`}.`;
    case 'review.resolved':
      return resolvedText(event);
    case 'merge.queued':
      return `Merge of ${shortSha(event.sha)} is queued: the forge merges it when its own conditions are met.${event.note === null ? '' : ` ${sentence(event.note)}`}`;
    case 'merge.ready':
      return `${STATUS_EMOJI.mergeable} PR ${prNumber(event.pr, session)} can be merged at ${shortSha(event.sha)}.`;
    case 'merge.approved':
      return `${STATUS_EMOJI.approved} ${person(event.by)} approved the merge of ${shortSha(event.sha)}. Still missing: ${event.waits.join(' ')}`;
    case 'merge.approvals_void':
      return event.base === undefined
        ? `The approval of the merge by ${people(event.by)} was for an older commit; the head is now ${shortSha(event.sha)}.`
        : `The approval of the merge by ${people(event.by)} was for a merge into ${oneLine(event.base, 80)}; ask again for the new base.`;
    case 'merge.started':
      return `Merging ${shortSha(event.sha)}, asked for by ${person(event.by)}.`;
    case 'merge.failed':
      return `${STATUS_EMOJI.merge_failed} Merge of ${shortSha(event.sha)} failed: ${sentence(event.reason)}${event.retryAt === null ? '' : ` Next try ${timeAhead(event.retryAt, at)}.`}`;
    case 'reaction.fired':
      return event.action === 'send-to-agent'
        ? `Sent to the agent: ${SENT_WORDS[event.key] ?? reactionTopic(event.key)} (${attempt(event)}).`
        : sentence(event.text === '' ? `${actionWords(event)}.` : event.text);
    case 'reaction.offered':
      return event.because === undefined
        ? sentence(event.text === '' ? `${actionWords(event)}?` : event.text)
        : withheldText(event.key, event.because);
    case 'reaction.ended':
      return `Over after ${count(event.attempts, 'attempt')}: ${reactionTopic(event.key)}.`;
    case 'escalation.raised':
      return `${escalationEmoji(event.key)} ${sentence(event.text === '' ? event.reason : event.text)}`;
    case 'escalation.acknowledged':
      return `${person(event.by)} takes care of it.`;
    case 'escalation.snoozed':
      return `${person(event.by)} snoozed it for ${duration(event.until - at)}.`;
    case 'effect.failed':
      return `⚠️ ao could not ${effectWords(event.effect)}: ${sentence(event.reason)}`;
    case 'effect.retried':
      return `⏳ ao could not ${effectWords(event.effect)} yet, and tries again ${timeAhead(event.until, at)}: ${sentence(event.reason)}`;
    case 'input.refused':
      return `Refused for ${person(event.by)} (${oneLine(event.what, 60)}): ${sentence(event.reason)}`;
  }
}

function checksFailedText(event: Of<'checks.failed'>): string {
  const names = event.failing.map((check) => oneLine(check.name, 60));
  const what =
    names.length === 0
      ? 'Checks'
      : names.length > 3
        ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
        : names.join(', ');
  const detail = [attempt(event), event.sent ? 'sent to the agent' : 'not sent to the agent'].join(
    ', ',
  );
  return `${STATUS_EMOJI.ci_failed} ${what} failed on ${shortSha(event.sha)} (${detail})`;
}

const attempt = (event: { attempt: number; retries: number | null }): string =>
  event.retries === null
    ? `attempt ${event.attempt}`
    : `attempt ${event.attempt} of ${Math.max(event.retries, event.attempt)}`;

function foreignText(event: Of<'pr.foreign'>, session: SessionView): string {
  const whose = `PR ${prNumber(event.pr, session)} comes from ${oneLine(event.from, 120)}, another repository. Logs of its checks go to the agent only when somebody here sends them.`;
  return event.readOnly === null
    ? `${whose} A plain git push of the agent goes there.`
    : `⚠️ ${whose} The agent can't push to it: ${sentence(event.readOnly)} It can look, commit here and say what it found; what becomes of that is yours to decide.`;
}

/** Why somebody has to press the button below. */
function withheldText(key: string, because: OfferReason): string {
  const what = WITHHELD[key] ?? key;
  return because.type === 'fork'
    ? `🔒 ${what} was not sent to the agent: it comes from ${oneLine(because.from, 120)}, and its author may have written it for an agent. Read it first.`
    : `🔒 ${what} was not sent to the agent, which can't push to the pull request: ${sentence(because.why)}`;
}

const WITHHELD: Readonly<Record<string, string>> = {
  'ci-failed': 'The log',
  'changes-requested': 'What reviewers ask for',
  'bugbot-comments': 'What the automatic reviewer says',
  'merge-conflicts': 'The conflict with the base',
  'branch-behind': 'That the base moved on',
};

function checksRerunText(event: Of<'checks.rerun'>): string {
  const names =
    event.names.length === 0
      ? 'The checks'
      : event.names.map((name) => oneLine(name, 60)).join(', ');
  const on = `on ${shortSha(event.sha)}`;
  return event.by.via === 'system'
    ? `🔁 ${names} failed ${on} in a way that looks flaky and ran again. Nobody was woken.`
    : `🔁 ${person(event.by)} ran ${event.names.length === 0 ? 'the checks' : names} again ${on}.`;
}

function notRunText(event: Of<'checks.not_run'>): string {
  const told =
    event.elsewhere === null
      ? 'The agent was not asked to do anything about it.'
      : `The same keeps ${event.elsewhere} waiting; people are asked there.`;
  return `${STATUS_EMOJI.ci_failed} On ${shortSha(event.sha)}: ${event.reasons.map((reason) => oneLine(reason, 300)).join(' ')} ${told}`;
}

function answeredText(event: Of<'review.answered'>): string {
  const ask =
    event.by.length === 0
      ? 'The reviewer is asked to look again.'
      : `${people(event.by)}, please look again.`;
  return `${STATUS_EMOJI.review_pending} The agent answered the review: ${shortSha(event.from)} became ${shortSha(event.sha)}. ${ask}`;
}

/** What the agent was told, where people know the reaction by its effect and not by its key. */
const SENT_WORDS: Readonly<Record<string, string>> = {
  'merge-conflicts': 'the conflicts with the base',
  'bugbot-comments': 'the comments of a bot',
  'branch-behind': 'the branch is behind its base',
  'agent-idle': 'a reminder to continue',
  'changes-requested': 'the changes asked for',
  'ci-failed': 'the failed checks',
};

/** `Rerun checks: failed checks`. */
const actionWords = ({ action, key }: { readonly action: string; readonly key: string }): string =>
  `${action.slice(0, 1).toUpperCase()}${action.slice(1).replaceAll('-', ' ')}: ${reactionTopic(key)}`;

function baseMovedText(
  { base, from, to, kind }: Extract<SessionEvent, { type: 'base.moved' }>,
  pr: string,
): string {
  const branch = oneLine(base, 80);
  const moved = `${branch} moved from ${shortSha(from)} to ${shortSha(to)} without a merge by ao`;
  const back = `To take it back:  git update-ref refs/heads/${branch} ${from} ${to}`;
  switch (kind) {
    case 'outside':
      return `${moved}.`;
    case 'forced':
      return `🚨 ${moved}, and commits are gone from it. Look at ${shortSha(to)} before anything is merged. ${back}`;
    case 'has-work':
      return `🚨 ${moved}, and it has commits of PR ${pr} that nobody merged. PR ${pr} is not taken for merged. Look at ${shortSha(to)}. ${back}`;
  }
}

/** `#118`; for a pull request no longer in the view, the number at the end of its key. */
const prNumber = (key: string, session: SessionView): string => {
  const pr = session.prs.find((one) => one.key === key);
  return `#${pr?.number ?? key.slice(key.lastIndexOf('#') + 1)}`;
};
