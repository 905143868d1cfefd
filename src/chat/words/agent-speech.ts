import type { ChatMessage } from '../../slots/chat.ts';
import { openLinks } from './open-links.ts';
import { oneLine, withoutControls } from './wording.ts';

/** Longer speech becomes a file, with its beginning as the post. Fits the smallest platform limit (Discord, 2000). */
const POST_LIMIT = 1800;
const PREVIEW = 600;

/** What an agent said, as its own kind of message: its Markdown is kept, nothing in it is trusted. */
export function agentSpeech(text: string): ChatMessage {
  const clean = openLinks(withoutControls(text)).trim();
  if (clean.length <= POST_LIMIT)
    return { text: oneLine(clean, 200), blocks: [{ type: 'text', text: clean }], kind: 'agent' };
  const preview = beginning(clean, PREVIEW);
  return {
    text: oneLine(clean, 200),
    blocks: [
      { type: 'text', text: preview },
      { type: 'context', text: `The whole text (${clean.length} characters) is in the file.` },
    ],
    kind: 'agent',
    files: [{ name: 'agent.md', content: clean }],
  };
}

/** Cuts at a paragraph or line, and closes a code fence that would swallow what follows. */
function beginning(text: string, limit: number): string {
  const head = text.slice(0, limit);
  const cut = Math.max(head.lastIndexOf('\n\n'), head.lastIndexOf('\n'));
  const kept = (cut > limit / 3 ? head.slice(0, cut) : head).trimEnd();
  const fences = kept.match(/^```/gm)?.length ?? 0;
  return `${kept}${fences % 2 === 1 ? '\n```' : ''}\n…`;
}
