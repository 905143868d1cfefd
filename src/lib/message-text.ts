import { stripVTControlCharacters } from 'node:util';

/** Every control character but tab and newline. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Line ends of other systems, of Unicode and of terminals. */
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;
/** Flags of regions (England, Scotland, Wales) are spelled with invisible tags. */
const FLAG = String.raw`\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}`;
/**
 * What nobody sees and programs take out or act upon: direction marks, zero-width blanks and joins,
 * fillers, variation selectors but the one that makes an emoji colourful, tags, unassigned code points.
 */
const INVISIBLE = [
  String.raw`[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f]`,
  String.raw`[\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb]`,
  String.raw`[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]`,
  // Unassigned ones have no width terminals agree on. What is reserved for later emoji stays.
  String.raw`(?!\p{Extended_Pictographic})\p{Cn}`,
].join('|');
const FLAG_OR_INVISIBLE = new RegExp(`(${FLAG})|${INVISIBLE}`, 'gu');
/** A joiner belongs to words and emoji; anywhere else it is only invisible. */
const STRAY_JOINER =
  /(?<!\p{L}|\p{M}|\p{Emoji}|\ufe0f)(?:\u200c|\u200d)+|(?:\u200c|\u200d)+(?!\p{L}|\p{M}|\p{Emoji})/gu;
/** Blanks of other widths. The wide one of East Asian text stays. */
const BLANKS = /[\u00a0\u1680\u2000-\u200a\u202f\u205f]/g;

/**
 * A message as agents get it: the same words, in the one form that every terminal and program passes
 * on unchanged. Composed (NFC), line ends as newlines, without terminal escapes, control characters,
 * half surrogates and invisible characters. Applied twice, the result is the same. Empty when
 * nothing visible is left.
 */
export function plainMessage(text: string): string {
  const plain = stripVTControlCharacters(text.toWellFormed())
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '')
    .replace(FLAG_OR_INVISIBLE, (_, flag: string | undefined) => flag ?? '')
    .replace(STRAY_JOINER, '')
    .replace(BLANKS, ' ')
    .normalize('NFC')
    .trimEnd();
  return plain.trim() === '' ? '' : plain;
}

/** Tags that programs put around pasted text, or write differently when a person typed them. */
const PASTE_TAGS = /<\/?pasted_content\b[^<>]*>/gi;
/** Neither a letter nor a digit nor a sign every terminal draws as it is. */
const UNSURE = /[^\p{L}\p{N}!-~]+|\\/gu;

/**
 * The same for a message and for what a program says it got, or shows: letters, digits and ASCII
 * signs in one Unicode form. Blanks don't count, because terminals wrap and pad; neither do accents,
 * emoji and backslashes, which programs draw or write in their own way. A text that has nothing else
 * is compared by everything visible in it.
 */
export function messagePrint(text: string): string {
  const plain = plainMessage(text);
  const print = sure(plain.replaceAll('\\', '').replace(PASTE_TAGS, '')) || sure(plain);
  return print === '' ? plain.replace(/\s|\u200c|\u200d|\ufe0f/gu, '') : print;
}

const sure = (text: string): string => text.normalize('NFKD').replace(UNSURE, '');
