import { Lexer, type Token, type Tokens } from 'marked';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { openSession } from '../live/actions.ts';
import { useModel } from './context.ts';
import { Time } from './time.tsx';

/**
 * Markdown as elements. Only the lexer of the library is used and no HTML is ever made, so text by agents and people
 * can't bring markup: raw HTML is shown as the text it is, images become links, and links go to http(s) and mail only.
 */
export function Markdown({ text, inline = false }: { text: string; inline?: boolean }) {
  const tokens = useMemo(
    () => (inline ? Lexer.lexInline(text, OPTIONS) : new Lexer(OPTIONS).lex(text)),
    [text, inline],
  );
  return inline ? (
    <span class="md">{tokens.map(draw)}</span>
  ) : (
    <div class="md">{tokens.map(draw)}</div>
  );
}

/** The library's tokens without its catch-all for extensions, so that `type` tells them apart. */
type MarkdownToken =
  | Tokens.Space
  | Tokens.Def
  | Tokens.Paragraph
  | Tokens.Heading
  | Tokens.Blockquote
  | Tokens.Hr
  | Tokens.Code
  | Tokens.List
  | Tokens.Table
  | Tokens.Strong
  | Tokens.Em
  | Tokens.Del
  | Tokens.Codespan
  | Tokens.Br
  | Tokens.Link
  | Tokens.Image
  | Tokens.Checkbox
  | Tokens.HTML
  | Tokens.Escape
  | Tokens.Text;

const OPTIONS = { gfm: true, breaks: true } as const;

function draw(token: Token, key: number): JSX.Element | null {
  const known = token as MarkdownToken;
  switch (known.type) {
    case 'space':
    case 'def':
      return null;
    case 'paragraph':
      return <p key={key}>{inside(known)}</p>;
    case 'heading':
      return (
        <p key={key} class="md-heading">
          {inside(known)}
        </p>
      );
    case 'blockquote':
      return <blockquote key={key}>{inside(known)}</blockquote>;
    case 'hr':
      return <hr key={key} />;
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard (WCAG 2.1.1)
        <pre key={key} tabIndex={0}>
          <code>{known.text}</code>
        </pre>
      );
    case 'list':
      return drawList(known, key);
    case 'table':
      return drawTable(known, key);
    case 'strong':
      return <strong key={key}>{inside(known)}</strong>;
    case 'em':
      return <em key={key}>{inside(known)}</em>;
    case 'del':
      return <del key={key}>{inside(known)}</del>;
    case 'codespan':
      return <code key={key}>{known.text}</code>;
    case 'br':
      return <br key={key} />;
    case 'link':
      if (/^time:\d{12,14}$/.test(known.href))
        return <Time key={key} at={Number(known.href.slice('time:'.length))} />;
      return (
        <SafeLink key={key} href={known.href}>
          {inside(known)}
        </SafeLink>
      );
    case 'image':
      return (
        <SafeLink key={key} href={known.href}>
          {known.text || known.href}
        </SafeLink>
      );
    case 'checkbox':
      return <span key={key}>{known.checked ? '☑ ' : '☐ '}</span>;
    case 'html':
      return <span key={key}>{known.raw}</span>;
    case 'escape':
      return <span key={key}>{known.text}</span>;
    default:
      return 'tokens' in token && token.tokens ? (
        <span key={key}>{token.tokens.map(draw)}</span>
      ) : (
        <Words key={key} text={plain(token)} />
      );
  }
}

const inside = (token: { tokens?: Token[] | undefined; text?: string }): ComponentChildren =>
  token.tokens?.map(draw) ?? token.text;

function drawList(list: Tokens.List, key: number): JSX.Element {
  const items = list.items.map((item, at) => <li key={at}>{item.tokens.map(draw)}</li>);
  return list.ordered ? (
    <ol key={key} start={Number(list.start) || 1}>
      {items}
    </ol>
  ) : (
    <ul key={key}>{items}</ul>
  );
}

function drawTable(table: Tokens.Table, key: number): JSX.Element {
  return (
    <div key={key} class="table-wrap">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, at) => (
              <th key={at}>{cell.tokens.map(draw)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at}>{cell.tokens.map(draw)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An address of this page: it is opened here, not in another window. */
export const isOwnAddress = (url: string): boolean =>
  URL.canParse(url) &&
  new URL(url).origin === location.origin &&
  new URL(url).pathname === location.pathname;

function SafeLink({ href, children }: { href: string; children: ComponentChildren }) {
  if (!/^(https?:|mailto:)/i.test(href))
    return (
      <span class="dead-link" title={`Not opened: ${href}`}>
        {children}
      </span>
    );
  if (isOwnAddress(href)) return <a href={href}>{children}</a>;
  return (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': '\u00a0',
};
const plain = (token: Token): string =>
  ('text' in token && typeof token.text === 'string' ? token.text : token.raw).replace(
    /&(?:amp|lt|gt|quot|#39|nbsp);/g,
    (entity) => ENTITIES[entity] ?? entity,
  );

/** Session ids are links to their thread, and a mention stands out. */
function Words({ text }: { text: string }) {
  const model = useModel();
  const parts = text.split(/(\b[a-z][a-z0-9]{0,15}-[1-9][0-9]{0,8}\b|@[\w-]+)/);
  if (parts.length === 1) return <>{text}</>;
  return (
    <>
      {parts.map((part, at) => {
        if (at % 2 === 0) return part;
        if (part.startsWith('@'))
          return (
            <span
              key={at}
              class={part.slice(1) === model.me.value?.name ? 'mention me' : 'mention'}
            >
              {part}
            </span>
          );
        if (!model.sessions.value.has(part)) return part;
        return (
          <button key={at} type="button" class="link" onClick={() => openSession(model, part)}>
            {part}
          </button>
        );
      })}
    </>
  );
}
