/** The digest as a message: counts first, then who is waited for with buttons, then money. */
import type { DigestSession, DigestView } from '../../commands/view/digest.ts';
import type { SessionView } from '../../commands/views.ts';
import type { Block, ChatMessage } from '../../slots/chat.ts';
import { context, dots, post, textBlock } from '../words/message.ts';
import { renderPlain } from '../words/render-plain.ts';
import { count, duration, escapeMarkdown, link, money, oneLine, person } from '../words/wording.ts';
import { itemButtons, itemLine } from './inbox.ts';

/** Platforms bear 25 rows of things; more than this nobody reads. */
const MOST_WAITING = 5;
const MOST_LISTED = 8;

export interface DigestParts {
  readonly sessionOf: (id: string) => SessionView | null;
  /** File of the chart; null: none. */
  readonly chart: string | null;
}

export function digestMessage(digest: DigestView, parts: DigestParts): ChatMessage {
  const title = `ao, ${longDay(digest.day)}`;
  if (digest.quiet) return post(`${title}: nothing happened.`, `**${title}**: nothing happened.`);
  const counts = countsLine(digest);
  const blocks = [
    ...listed(digest),
    ...waiting(digest, parts),
    textBlock(costLine(digest)),
    context(workLine(digest)),
    ...(parts.chart === null
      ? []
      : [{ type: 'image', file: parts.chart, alt: chartWords(digest) } satisfies Block]),
  ];
  return post(`${title}: ${counts}`, `**${title}**\n${counts}`, blocks);
}

export const CHART_TITLE = 'Cost per day, last 30 days';

const longDay = (day: string): string =>
  new Date(`${day}T00:00:00Z`)
    .toLocaleDateString('en-GB', {
      weekday: 'long',
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    })
    .replace(',', '');

function countsLine(digest: DigestView): string {
  if (
    digest.merged.length + digest.opened.length + digest.failed.length + digest.waiting.length ===
    0
  )
    return 'Nothing was merged, opened or failed, and nobody is waited for.';
  return dots([
    `Merged ${digest.merged.length}`,
    `opened ${digest.opened.length}`,
    `failed ${digest.failed.length}`,
    digest.waiting.length === 0
      ? 'nobody is waited for'
      : `waiting on people ${digest.waiting.length}`,
  ]);
}

function listed(digest: DigestView): readonly Block[] {
  const merged = new Set(digest.merged.map((one) => one.pr?.key));
  const lines = [
    ...digest.merged.map(
      (one) => `🟣 ${sessionLine(one)}${one.usd > 0 ? ` · ${money(one.usd)}` : ''}`,
    ),
    // What was opened and merged in one stretch is told once.
    ...digest.opened
      .filter((one) => !merged.has(one.pr?.key))
      .map((one) => `📬 ${sessionLine(one)}`),
    ...digest.failed.map(
      (one) =>
        `💥 ${sessionLine(one)}${one.reason === null ? '' : `: ${escapeMarkdown(oneLine(one.reason, 160))}`}`,
    ),
  ];
  const more = lines.length > MOST_LISTED ? [`and ${lines.length - MOST_LISTED} more`] : [];
  return lines.length === 0
    ? []
    : [textBlock([...lines.slice(0, MOST_LISTED), ...more].join('\n'))];
}

function sessionLine({ session, title, pr }: DigestSession): string {
  const number = pr === null ? '' : ` (${link(`#${pr.number}`, pr.url)})`;
  return `**${session}** ${escapeMarkdown(oneLine(title, 90))}${number}`;
}

function waiting({ waiting: items, to }: DigestView, { sessionOf }: DigestParts): readonly Block[] {
  const shown = items.slice(0, MOST_WAITING);
  const rest = items.length - shown.length;
  return [
    ...shown.flatMap((item) => [
      textBlock(`${itemLine(item, to, null)} · waits for ${escapeMarkdown(person(item.owner))}`),
      ...itemButtons(item, sessionOf(item.session)),
    ]),
    ...(rest > 0
      ? [textBlock(`and ${rest} more that ${rest === 1 ? 'waits' : 'wait'}: /ao inbox`)]
      : []),
  ];
}

function costLine({ cost }: DigestView): string {
  const budget = cost.monthBudgetUsd === null ? '' : ` (budget ${money(cost.monthBudgetUsd)})`;
  const unpriced =
    cost.unpriced.length === 0
      ? ''
      : `\nNo price known for ${cost.unpriced.map(escapeMarkdown).join(', ')}: not in these sums.`;
  const agents = cost.byAgent
    .filter((part) => part.usd !== null && part.usd > 0)
    .map((part) => `${escapeMarkdown(part.label)} ${money(part.usd)}`);
  const projects =
    cost.byProject.length < 2
      ? []
      : cost.byProject
          .slice(0, 5)
          .map((part) => `${escapeMarkdown(part.label)} ${money(part.usd)}`);
  const lines = [
    dots([
      `**Cost** ${money(cost.todayUsd)} today, ${money(cost.yesterdayUsd)} yesterday, ${money(cost.monthUsd)} this month${budget}`,
      cost.perMergedUsd === null ? null : `${money(cost.perMergedUsd)} per merged PR`,
    ]),
    agents.length === 0
      ? ''
      : `This month: ${[agents.join(', '), ...(projects.length === 0 ? [] : [projects.join(', ')])].join(' · ')}`,
  ];
  return lines.filter((line) => line !== '').join('\n') + unpriced;
}

const workLine = (digest: DigestView): string =>
  dots([
    `CI: ${count(digest.ciRounds, 'round')}, ${count(digest.flakyReruns, 'flaky rerun')}`,
    digest.longestWait === null
      ? null
      : `longest human wait ${duration(digest.longestWait.ms)} (${digest.longestWait.session})`,
    ...digest.quota.map(
      ({ account, peak }) =>
        `quota of ${escapeMarkdown(account)} at most ${Math.round(peak * 100)} % used`,
    ),
  ]);

/** For those who can't see it, and where images aren't shown. */
function chartWords({ series }: DigestView): string {
  const sums = series.parts.map(
    (part) => `${part.label} ${money(part.usd.reduce((sum, usd) => sum + usd, 0))}`,
  );
  return oneLine(`${CHART_TITLE}: ${sums.join(', ')}`, 300);
}

/** The digest as plain text, for a terminal or a mail: nothing to press, nothing to see. */
export function digestText(digest: DigestView): string {
  const message = digestMessage(digest, { sessionOf: () => null, chart: null });
  return renderPlain({
    ...message,
    blocks: message.blocks.filter((block) => block.type !== 'buttons'),
  });
}
