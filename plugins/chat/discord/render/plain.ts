import { ComponentType, MessageFlags } from 'discord.js';
import { cut, LIMITS } from '../limits.ts';
import type { Row } from './controls.ts';
import { beginning } from './markdown.ts';
import type { MessageBody } from './message.ts';

/** What a message says, for where Discord takes it in no other way: text alone, with how to do by typing what buttons would do. */
export function plainBody(body: MessageBody): MessageBody {
  const hint = hintOf(body.components.flatMap(controlsOf));
  const words = [body.content, ...body.embeds.map(({ description }) => description ?? '')]
    .filter((part) => part !== '')
    .join('\n');
  return {
    ...body,
    content: (beginning(words, LIMITS.content - hint.length - 1) + hint).trim() || '…',
    embeds: [],
    components: [],
    flags: MessageFlags.SuppressEmbeds,
  };
}

interface Control {
  readonly label: string;
  /** What a press does; null: it opens an address. */
  readonly verb: string | null;
  readonly url: string | null;
}

function controlsOf(row: Row): readonly Control[] {
  return row.components.flatMap((one): readonly Control[] => {
    if (one.type === ComponentType.Button) {
      const label = 'label' in one ? (one.label ?? '') : '';
      if ('url' in one) return [{ label, verb: null, url: one.url }];
      return 'custom_id' in one ? [{ label, verb: verbOf(one.custom_id), url: null }] : [];
    }
    return one.type === ComponentType.StringSelect
      ? one.options.map(({ label }) => ({ label, verb: verbOf(one.custom_id), url: null }))
      : [];
  });
}

const verbOf = (id: string): string => id.split(':')[0] ?? '';

/** A question is answered by the words of a choice; everything else by its command. */
function hintOf(controls: readonly Control[]): string {
  if (controls.length === 0) return '';
  const answers = controls.filter(({ verb }) => verb === 'answer');
  const others = controls.filter(({ verb }) => verb !== null && verb !== 'answer');
  const lines = [
    '-# Discord does not take the buttons of this message.',
    ...(answers.length === 0
      ? []
      : [
          `Answer by typing in this thread: ${answers.map(({ label }) => `\`!answer ${label}\``).join(' or ')}`,
        ]),
    ...(others.length === 0
      ? []
      : [
          `Instead of ${others.map(({ label }) => label).join(', ')}: \`!help\` lists what can be typed.`,
        ]),
    ...controls.flatMap(({ label, url }) => (url === null ? [] : [`${label}: ${url}`])),
  ];
  return `\n${cut(lines.join('\n'), 1_200)}`;
}
