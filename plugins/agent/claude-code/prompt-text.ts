import { plainMessage } from '../../../src/lib/message-text.ts';
import { closeCompletion } from '../../shared/terminal/typed-text.ts';

/**
 * How text must look so that Claude Code's input takes it as a message. Observed with 2.1.329: a leading `/word` is a
 * command even behind blanks or hidden characters (`/clear` would forget the conversation), `!` a shell line; `exit` and
 * its like end the program even with blanks around; a backslash before Enter is a line break;
 * tabs become four blanks; a paste of more than two line breaks or 800 characters is folded and reaches
 * the model wrapped in `<pasted_content>` tags, while smaller ones in a row stay the person's own words.
 */
const EXIT_WORDS = new Set(['exit', 'quit', ':q', ':q!', ':wq', ':wq!']);
/** `/word`, but not a path like `/etc/passwd`. */
const COMMAND = /^[\s\p{Cf}]*\/[^\s/]*(\s|$)/u;
const CHUNK_CHARS = 700;
const CHUNK_BREAKS = 2;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** `text` in its plain form, with everything disarmed that would make it something other than a message. */
export function disarm(text: string): string {
  const plain = plainMessage(text);
  if (EXIT_WORDS.has(plain.trim())) return `${plain}.`;
  return closeCompletion(lead(plain) + (plain.endsWith('\\') ? ' ' : ''));
}

function lead(text: string): string {
  if (COMMAND.test(text)) return `\\${text.trimStart()}`;
  return /^[/!&-]/.test(text) ? ` ${text}` : text;
}

/** Pieces small enough to be inserted as they are, in order. Joined they are `text`. */
export function pasteChunks(text: string): readonly string[] {
  const chunks: string[] = [];
  let chunk = '';
  let breaks = 0;
  // Never within a character as people see it: the halves of one would be taken for something else.
  for (const { segment } of GRAPHEMES.segment(text)) {
    chunk += segment;
    if (segment === '\n') breaks += 1;
    if (breaks === CHUNK_BREAKS || chunk.length >= CHUNK_CHARS) {
      chunks.push(chunk);
      chunk = '';
      breaks = 0;
    }
  }
  return chunk === '' ? chunks : [...chunks, chunk];
}

/** The words inside `<pasted_content id="…">` tags. */
export function unwrapPaste(text: string): string {
  return text.replace(/\n?<\/?pasted_content\b[^<>]*>\n?/g, '');
}
