/** A run of text with one look. */
export interface Span {
  readonly text: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly strike: boolean;
  readonly code: boolean;
  readonly url: string | null;
  /** A moment, Unix seconds; the text says it where it can't be shown live. */
  readonly moment: number | null;
}

type Look = Omit<Span, 'text'>;
const PLAIN: Look = {
  bold: false,
  italic: false,
  strike: false,
  code: false,
  url: null,
  moment: null,
};

const TOKEN =
  /\\([\\`*_[\]<>#|~!()])|(`+)([\s\S]*?[^`])\2(?!`)|\[((?:\\.|[^\]\\])*)\]\((https?:\/\/[^\s<>()]+|time:\d{12,14})\)|(\*\*|__|~~|\*|(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}]))/gu;

/** Reads ao's own inline Markdown: emphasis, code, links, escapes. What is none of these is text. */
export function spansOf(markdown: string, base: Look = PLAIN): readonly Span[] {
  const spans: Span[] = [];
  let look = base;
  let at = 0;
  const add = (text: string, more: Partial<Look> = {}): void =>
    void (text !== '' && spans.push({ ...look, ...more, text }));
  for (const match of markdown.matchAll(TOKEN)) {
    add(markdown.slice(at, match.index));
    at = match.index + match[0].length;
    const [, escaped, , code, label, url, mark] = match;
    if (escaped !== undefined) add(escaped);
    else if (code !== undefined) add(code.replace(/^ (.*) $/s, '$1'), { code: true });
    else if (label !== undefined && url?.startsWith('time:') === true)
      add(label, { moment: Math.floor(Number(url.slice(5)) / 1000) });
    else if (label !== undefined && url !== undefined)
      spans.push(...spansOf(label, { ...look, url }));
    else if (mark !== undefined) look = toggled(look, mark);
  }
  add(markdown.slice(at));
  return joined(spans);
}

function toggled(look: Look, mark: string): Look {
  if (mark === '**' || mark === '__') return { ...look, bold: !look.bold };
  if (mark === '~~') return { ...look, strike: !look.strike };
  return { ...look, italic: !look.italic };
}

/** Neighbours of the same look are one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last !== undefined && sameLook(last, span))
      out[out.length - 1] = { ...last, text: last.text + span.text };
    else out.push(span);
  }
  return out;
}

const sameLook = (a: Span, b: Span): boolean =>
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.strike === b.strike &&
  a.code === b.code &&
  a.url === b.url &&
  a.moment === b.moment;

export const plainText = (markdown: string): string =>
  spansOf(markdown)
    .map((span) => span.text)
    .join('');
