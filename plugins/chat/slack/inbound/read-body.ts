import { forwarded, paragraphs } from '../../../../src/lib/forwarded.ts';
import { readText } from './read-text.ts';
import type { WireAttachment, WireBlock, WireFile, WireMessage } from './wire.ts';

type Body = Pick<WireMessage, 'text' | 'blocks' | 'attachments' | 'bot_id'>;
type NameOf = (user: string) => string;

/** What was forwarded with a message, marked as such; previews of links are none. */
export const forwardedIn = ({ attachments = [] }: Body, nameOf: NameOf): string =>
  paragraphs(
    ...attachments
      .filter(isForwarded)
      .map((one) => forwarded(one.author_name ?? one.author_subname ?? null, wordsOf(one, nameOf))),
  );

/** Files of the messages that were forwarded. */
export const forwardedFiles = ({ attachments = [] }: Body): readonly WireFile[] =>
  attachments.filter(isForwarded).flatMap(({ files = [] }) => files);

/** Everything of a message of anybody, as when it is chosen for a session: alerts of programs have blocks and attachments, and often no text. */
export function readWhole(message: Body, nameOf: NameOf): string {
  const { text = '', blocks = [], attachments = [], bot_id: bot } = message;
  const own = readText(text, nameOf);
  const inBlocks = blocksText(blocks, nameOf);
  // The blocks of people say the same as their text; those of programs say more than the line of their notification.
  const said = own.trim() === '' || (bot !== undefined && inBlocks !== '') ? inBlocks : own;
  const rest = attachments.filter((one) => !isForwarded(one)).map((one) => wordsOf(one, nameOf));
  return paragraphs(
    said,
    ...(bot === undefined && own !== '' ? [] : rest),
    forwardedIn(message, nameOf),
  );
}

const isForwarded = (attachment: WireAttachment): boolean =>
  attachment.is_share === true || attachment.is_msg_unfurl === true;

function wordsOf(attachment: WireAttachment, nameOf: NameOf): string {
  const {
    pretext,
    title,
    text,
    fields = [],
    blocks = [],
    message_blocks: quoted = [],
  } = attachment;
  const lines = [
    ...[pretext, title, text].map((part) => readText(part ?? '', nameOf)),
    ...fields.map(({ title: name = '', value = '' }) => readText(`${name}: ${value}`, nameOf)),
  ].filter((line) => line.trim() !== '');
  if (lines.length > 0) return lines.join('\n');
  const inBlocks = blocksText(
    [...blocks, ...quoted.flatMap(({ message }) => message?.blocks ?? [])],
    nameOf,
  );
  return inBlocks === '' ? readText(attachment.fallback ?? '', nameOf) : inBlocks;
}

const blocksText = (blocks: readonly WireBlock[], nameOf: NameOf): string =>
  blocks
    .filter(({ type }) => type !== 'actions')
    .map((block) => blockText(block, nameOf))
    .filter((line) => line.trim() !== '')
    .join('\n');

/** Any block or part of one: they are nested in each other in many ways, and more are invented. */
function blockText(block: WireBlock, nameOf: NameOf): string {
  if (block.user_id !== undefined) return `@${nameOf(block.user_id)}`;
  if (block.type === 'emoji') return `:${block.name ?? ''}:`;
  if (block.type === 'link' && typeof block.text !== 'string') return block.url ?? '';
  if (block.type === 'link') return `${String(block.text)} (${block.url ?? ''})`;
  const own = typeof block.text === 'string' ? readText(block.text, nameOf) : '';
  const inside = [
    ...(typeof block.text === 'object' ? [block.text] : []),
    ...(block.fields ?? []),
    ...(block.elements ?? []),
  ].map((part) => blockText(part, nameOf));
  const title = typeof block.title === 'object' ? blockText(block.title, nameOf) : '';
  const parts = [title, own, ...inside, block.type === 'image' ? (block.alt_text ?? '') : ''];
  return parts.filter((part) => part !== '').join(block.type === 'rich_text_section' ? '' : '\n');
}
