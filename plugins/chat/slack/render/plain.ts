import { plainTable } from '../../../../src/lib/plain-table.ts';
import type { Block, ChatMessage } from '../../../../src/slots/chat.ts';
import { LIMITS } from './limits.ts';
import { cut, escapeText } from './mrkdwn.ts';
import { plainText } from './spans.ts';

/** What a message says, for where Slack takes none of its blocks: text alone, with how to do by typing what buttons would do. */
export function plainMessage(
  message: ChatMessage,
  mentions: readonly string[] = [],
  limit: number = LIMITS.fallback,
): string {
  const said = mentions.map((user) => `<@${user}> `).join('');
  const controls = message.blocks.flatMap(controlsOf);
  const hint = controls.length === 0 ? '' : `\n${hintOf(controls)}`;
  const words = message.blocks.flatMap(wordsOf).join('\n');
  const room = Math.max(200, limit - said.length - hint.length - 100);
  return said + cut(escapeText(words === '' ? message.text : words), room) + hint;
}

function wordsOf(block: Block): readonly string[] {
  switch (block.type) {
    case 'text':
    case 'context':
      return [plainText(block.text)];
    case 'code':
      return [...(block.title === null ? [] : [block.title]), block.text];
    case 'fields':
      return block.fields.map((field) => `${field.name}: ${plainText(field.value)}`);
    case 'table':
      return plainTable([block.columns, ...block.rows]);
    case 'image':
      return [block.alt];
    case 'buttons':
    case 'select':
    case 'divider':
      return [];
  }
}

interface Control {
  readonly label: string;
  readonly verb: string;
  readonly url: string | null;
}

function controlsOf(block: Block): readonly Control[] {
  if (block.type === 'buttons')
    return block.buttons.map(({ id, label, url }) => ({
      label,
      verb: id.split(':')[0] ?? '',
      url: url ?? null,
    }));
  if (block.type === 'select')
    return block.select.options.map(({ label }) => ({
      label,
      verb: block.select.id.split(':')[0] ?? '',
      url: null,
    }));
  return [];
}

/** A question is answered by the number or the words of a choice; everything else by its command. */
function hintOf(controls: readonly Control[]): string {
  const answers = controls.filter(({ verb }) => verb === 'answer');
  const others = controls.filter(({ verb, url }) => verb !== 'answer' && url === null);
  const lines = [
    'Slack does not take the buttons of this message.',
    ...(answers.length === 0
      ? []
      : [
          `Answer by typing in this thread: ${answers
            .map(({ label }) => `\`!answer ${escapeText(label)}\``)
            .join(' or ')}`,
        ]),
    ...(others.length === 0
      ? []
      : [
          `Instead of ${others.map(({ label }) => escapeText(label)).join(', ')}: \`!help\` lists what can be typed.`,
        ]),
    ...controls.flatMap(({ label, url }) => (url === null ? [] : [`${escapeText(label)}: ${url}`])),
  ];
  return cut(lines.join('\n'), 1_500);
}
