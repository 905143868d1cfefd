import type { APIEmbed, RESTPostAPIChannelMessageJSONBody } from 'discord.js';
import { MessageFlags, type RawFile } from 'discord.js';
import { plainTable } from '../../../../src/lib/plain-table.ts';
import type { Block, Button, ChatMessage } from '../../../../src/slots/chat.ts';
import { userOf } from '../ids.ts';
import { cut, LIMITS } from '../limits.ts';
import { controlsOf, type Row } from './controls.ts';
import { beginning, codeBlock, subtext, withMoments } from './markdown.ts';
import { STATUS_COLORS } from './status-colors.ts';

/** What goes to Discord: within every limit by construction, and as a file what did not fit. */
export interface Rendered<Body = MessageBody> {
  readonly body: Body;
  readonly files: readonly RawFile[];
  /** Paths of pictures, read when the message is sent. */
  readonly images: readonly string[];
  /** Questions asked before a button is taken, by button id. */
  readonly confirms: ReadonlyMap<string, NonNullable<Button['confirm']>>;
}

export interface MessageBody {
  readonly content: string;
  readonly embeds: APIEmbed[];
  readonly components: Row[];
  readonly flags: number;
  readonly allowed_mentions: NonNullable<RESTPostAPIChannelMessageJSONBody['allowed_mentions']>;
}

const NOTE = '\n-# The whole text is in the file.';

/** A card is an embed with the colour of its status; everything else is plain content while it fits. */
export function renderMessage(message: ChatMessage): Rendered {
  const mentioned = (message.mention ?? []).flatMap((subject) => userOf(subject)?.user ?? []);
  const pings = mentioned.map((user) => `<@${user}> `).join('');
  const controls = controlsOf(message.blocks);
  const left =
    controls.left === 0
      ? ''
      : `\n-# ${controls.left} more buttons found no room; /ao show has them.`;
  const whole =
    message.blocks
      .map((block) => textOf(block, message.kind))
      .filter((text) => text !== '')
      .join('\n') || message.text;
  const { content, description, overflow } = placed(whole + left, message.kind, pings);
  const embeds = description === null ? [] : [{ description, ...colorOf(message) }];
  return {
    body: {
      content,
      embeds,
      components: [...controls.rows],
      // Links in people's and agents' text unfold into previews; a message with an embed of its own has no such links in its content.
      flags: embeds.length === 0 ? MessageFlags.SuppressEmbeds : 0,
      allowed_mentions: {
        parse: [],
        ...(mentioned.length === 0 ? {} : { users: mentioned.slice(0, 100) }),
      },
    },
    files: filesOf(message, overflow),
    images: message.blocks.flatMap((block) => (block.type === 'image' ? [block.file] : [])),
    confirms: new Map(
      message.blocks
        .flatMap((block) => (block.type === 'buttons' ? block.buttons : []))
        .flatMap((button) =>
          button.confirm === undefined ? [] : [[button.id, button.confirm] as const],
        ),
    ),
  };
}

function placed(
  text: string,
  kind: ChatMessage['kind'],
  pings: string,
): { content: string; description: string | null; overflow: string | null } {
  const fits = text.length <= LIMITS.embed;
  if (kind === 'card' || (fits && text.length + pings.length > LIMITS.content)) {
    return {
      content: pings.trimEnd(),
      description: fits ? text : beginning(text, LIMITS.embed - NOTE.length) + NOTE,
      overflow: fits ? null : text,
    };
  }
  if (fits) return { content: pings + text, description: null, overflow: null };
  return {
    content: pings + beginning(text, LIMITS.content - NOTE.length - pings.length) + NOTE,
    description: null,
    overflow: text,
  };
}

export function textOf(block: Block, kind: ChatMessage['kind']): string {
  switch (block.type) {
    case 'text':
      return kind === 'agent' ? block.text : withMoments(block.text);
    case 'context':
      return subtext(withMoments(block.text));
    case 'code':
      return `${block.title === null ? '' : `**${block.title}**\n`}${codeBlock(block.text)}`;
    case 'fields':
      return block.fields.map(({ name, value }) => `**${name}** ${withMoments(value)}`).join('\n');
    case 'table':
      return codeBlock(plainTable([block.columns, ...block.rows]).join('\n'));
    case 'buttons':
    case 'select':
    case 'image':
    case 'divider':
      return '';
  }
}

function filesOf(message: ChatMessage, overflow: string | null): readonly RawFile[] {
  const own = (message.files ?? []).map(({ name, content }) => ({ name, data: content }));
  return [...own, ...(overflow === null ? [] : [{ name: 'message.md', data: overflow }])].slice(
    0,
    LIMITS.files,
  );
}

const colorOf = (message: ChatMessage): Pick<APIEmbed, 'color'> => {
  const color = message.status === undefined ? undefined : STATUS_COLORS[message.status];
  return color === undefined ? {} : { color };
};

/** Title of a thread: one line, never empty. */
export const threadName = (title: string): string =>
  cut(title.replace(/\s+/g, ' ').trim() || 'session', LIMITS.threadName);
