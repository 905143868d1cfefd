/** A code block whose text cannot close it. Untrusted text is never read as Markdown in it. */
export function codeBlock(text: string, language = ''): string {
  return `\`\`\`${language}\n${text.replaceAll('```', '`\u200b``').replace(/`$/, '`\u200b')}\n\`\`\``;
}

/** Discord's small grey line, one per line of the text. */
export const subtext = (text: string): string =>
  text
    .split('\n')
    .map((line) => `-# ${line}`)
    .join('\n');

/** Moments as Discord's own: relative, in the reader's language, exact on hover. */
export const withMoments = (markdown: string): string =>
  markdown.replace(
    /\[(?:\\.|[^\]\\])*\]\(time:(\d{12,14})\)/g,
    (_whole, at: string) => `<t:${Math.floor(Number(at) / 1000)}:R>`,
  );

/** The beginning of a text, cut at a line where there is one, with an open code block closed. */
export function beginning(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit - 6).replace(/[\ud800-\udbff]$/, '');
  const line = head.lastIndexOf('\n');
  const kept = (line > limit / 2 ? head.slice(0, line) : head).trimEnd();
  const fences = kept.match(/^```/gm)?.length ?? 0;
  return `${kept}${fences % 2 === 1 ? '\n```' : ''}\n…`;
}
