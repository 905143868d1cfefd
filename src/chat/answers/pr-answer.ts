import type { PrView, SessionView } from '../../commands/views.ts';
import type { Block, ChatReply } from '../../slots/chat.ts';
import { context, textBlock, whisper } from '../words/message.ts';
import { prLine } from '../words/pr-text.ts';
import { escapeMarkdown, link, oneLine } from '../words/wording.ts';
import { say } from './refusals.ts';

/** Each with what can be done about it. */
const waitLines = (pr: PrView): string =>
  pr.waitsFor
    .map((rule, place) => [rule, pr.waits[place]?.remedy ?? ''].join(' ').trim())
    .map((line) => `- ${escapeMarkdown(line)}`)
    .join('\n');

/** Every pull request, and what the merge gate waits for. */
export function prReply(session: SessionView): ChatReply {
  const { pr } = session;
  if (pr === null) return say(`${session.id} has no pull request yet.`);
  const gate =
    pr.state !== 'open'
      ? `It is ${pr.state}.`
      : pr.waitsFor.length === 0
        ? 'The merge gate is open.'
        : `The merge waits for:\n${waitLines(pr)}`;
  const checks: readonly Block[] =
    pr.checks.items.length === 0
      ? []
      : [
          {
            type: 'table',
            columns: ['Check', 'Result'],
            rows: pr.checks.items.map((check) => [
              oneLine(check.name, 60),
              check.conclusion ?? check.status,
            ]),
          },
        ];
  const line = `PR #${pr.number} of ${session.id}: ${oneLine(pr.title, 120)}`;
  return whisper(
    line,
    `PR ${link(`#${pr.number}`, pr.url)} of ${session.id}: ${escapeMarkdown(oneLine(pr.title, 120))}`,
    [context(prLine(pr)), textBlock(gate), ...checks],
  );
}
