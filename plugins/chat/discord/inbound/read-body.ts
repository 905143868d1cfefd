import type { APIAttachment, APIEmbed, APIMessage } from 'discord.js';
import { forwarded, paragraphs } from '../../../../src/lib/forwarded.ts';

type Body = Pick<APIMessage, 'content'> &
  Partial<
    Pick<
      APIMessage,
      'message_snapshots' | 'embeds' | 'components' | 'sticker_items' | 'poll' | 'attachments'
    >
  >;

/** What was forwarded with a message, marked as such. Discord leaves out whose words they are. */
export const forwardedIn = ({ message_snapshots: snapshots = [] }: Body): string =>
  paragraphs(...snapshots.map(({ message }) => forwarded(null, readWhole(message as Body))));

/** Files of the messages that were forwarded. */
export const forwardedFiles = ({
  message_snapshots: snapshots = [],
}: Body): readonly APIAttachment[] => snapshots.flatMap(({ message }) => message.attachments);

/** What a person wrote with something else than words. */
export const besidesWords = ({ sticker_items: stickers = [], poll }: Body): string =>
  paragraphs(
    ...stickers.map(({ name }) => `(sticker: ${name})`),
    poll === undefined
      ? ''
      : `(poll) ${[poll.question.text ?? '', ...poll.answers.map(({ poll_media: answer }) => `- ${answer.text ?? ''}`)].join('\n')}`,
  );

/** Everything of a message of anybody, as when it is chosen for a session: alerts of programs have embeds and components, and often no text. */
export function readWhole(message: Body): string {
  const { content, embeds = [], components = [] } = message;
  // A preview of a link says nothing that the person said.
  const own = embeds.filter(({ type }) => type === undefined || type === 'rich').map(embedText);
  return paragraphs(
    content,
    ...own,
    componentsText(components),
    besidesWords(message),
    forwardedIn(message),
  );
}

const embedText = ({ author, title, description, fields = [], footer }: APIEmbed): string =>
  [
    author?.name ?? '',
    title ?? '',
    description ?? '',
    ...fields.map(({ name, value }) => `${name}: ${value}`),
    footer?.text ?? '',
  ]
    .filter((line) => line.trim() !== '')
    .join('\n');

/** Texts of the newer components, however deep they are nested. */
function componentsText(components: readonly object[]): string {
  return components
    .map((each) => {
      const {
        type,
        content,
        components: inner = [],
      } = each as {
        readonly type: number;
        readonly content?: string;
        readonly components?: readonly object[];
      };
      return type === TEXT_DISPLAY ? (content ?? '') : componentsText(inner);
    })
    .filter((line) => line !== '')
    .join('\n');
}

const TEXT_DISPLAY = 10;
