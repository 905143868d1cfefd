import {
  type APIMessageTopLevelComponent,
  type APITextDisplayComponent,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Block, Button, ChatMessage } from '../../../../src/slots/chat.ts';
import { LIMITS } from '../limits.ts';
import { controlsOf, type Row } from './controls.ts';
import { beginning } from './markdown.ts';
import { type MessageBody, type Rendered, renderMessage, textOf } from './message.ts';

/** Text and buttons in turns. Discord takes no content and no embeds beside it. */
interface LaidOut {
  readonly components: APIMessageTopLevelComponent[];
  readonly flags: number;
  readonly allowed_mentions: MessageBody['allowed_mentions'];
}

/**
 * A private answer. Where text follows buttons (the inbox), each row stands under what it is about. Never for posts: a
 * message can't be changed to or from this form, and posts are edited.
 */
export function renderAnswer(message: ChatMessage): Rendered<MessageBody | LaidOut> {
  const plain = renderMessage(message);
  if (!alternates(message.blocks) || plain.files.length > 0 || plain.images.length > 0)
    return plain;
  return {
    ...plain,
    body: {
      components: laidOut(message.blocks),
      flags: MessageFlags.IsComponentsV2,
      allowed_mentions: { parse: [] },
    },
  };
}

const isControl = (block: Block): boolean => block.type === 'buttons' || block.type === 'select';

const alternates = (blocks: readonly Block[]): boolean => {
  const first = blocks.findIndex(isControl);
  return first !== -1 && blocks.slice(first).some((block) => !isControl(block));
};

const REST = '-# The rest found no room here; it comes when these are done.';

function laidOut(blocks: readonly Block[]): APIMessageTopLevelComponent[] {
  const out: APIMessageTopLevelComponent[] = [];
  const seen = new Set<string>();
  let [pieces, letters] = [1, REST.length];
  for (const part of inParts(blocks)) {
    const rows = controlsOf(part.controls.map((block) => onlyNew(block, seen))).rows;
    const text = beginning(part.text, LIMITS.content);
    pieces += (text === '' ? 0 : 1) + rows.reduce((sum, row) => sum + 1 + row.components.length, 0);
    letters += text.length;
    if (pieces > LIMITS.layoutPieces || letters > LIMITS.layoutText) return [...out, display(REST)];
    out.push(...(text === '' ? [] : [display(text)]), ...(rows as Row[]));
  }
  return out;
}

const display = (content: string): APITextDisplayComponent => ({
  type: ComponentType.TextDisplay,
  content,
});

/** Text with the controls that follow it. */
function inParts(
  blocks: readonly Block[],
): readonly { readonly text: string; readonly controls: readonly Block[] }[] {
  const parts: { text: string; controls: Block[] }[] = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (isControl(block)) {
      if (last === undefined) parts.push({ text: '', controls: [block] });
      else last.controls.push(block);
    } else if (last === undefined || last.controls.length > 0)
      parts.push({ text: textOf(block, 'post'), controls: [] });
    else last.text = [last.text, textOf(block, 'post')].filter((text) => text !== '').join('\n');
  }
  return parts;
}

/** An id may be on a message once. */
function onlyNew(block: Block, seen: Set<string>): Block {
  if (block.type !== 'buttons') return block;
  const fresh = (button: Button): boolean =>
    !seen.has(button.id) && seen.add(button.id).has(button.id);
  return { type: 'buttons', buttons: block.buttons.filter(fresh) };
}
