/** aider's chat history: Markdown, `####` before what a person said, `>` before what aider itself tells. */

export type HistoryItem =
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'told'; readonly text: string }
  | {
      readonly type: 'used';
      readonly input: number;
      readonly output: number;
      readonly cacheWrite: number;
      readonly cacheRead: number;
      readonly usd: number | null;
    };

/** Items of whole lines, in order. A message of many lines is one item only when it is complete in `text`. */
export function historyItems(text: string): readonly HistoryItem[] {
  const items: HistoryItem[] = [];
  let kind: 'said' | 'answer' | null = null;
  let lines: string[] = [];
  const flush = (): void => {
    const joined = lines.join('\n').trim();
    if (kind !== null && joined !== '') items.push({ type: kind, text: joined });
    lines = [];
  };
  const add = (next: 'said' | 'answer', line: string): void => {
    if (kind !== next) flush();
    kind = next;
    lines.push(line);
  };
  for (const line of text.split('\n')) {
    if (/^####( |$)/.test(line)) add('said', line.slice(5).replace(/ {2}$/, ''));
    else if (/^> ?/.test(line)) {
      flush();
      kind = null;
      const told = line.replace(/^> ?/, '').trim();
      if (told !== '') items.push(usedBy(told) ?? { type: 'told', text: told });
    } else if (!/^# aider chat started at /.test(line)) {
      if (kind === 'said' && line.trim() === '') continue;
      add('answer', line);
    }
  }
  flush();
  return items;
}

/** `Tokens: 2.3k sent, 1.1k cache write, 500 cache hit, 150 received. Cost: $0.01 message, $0.02 session.` */
function usedBy(line: string): HistoryItem | null {
  if (!line.startsWith('Tokens:')) return null;
  const amount = (what: string): number => {
    const match = new RegExp(`([\\d.,]+)([kM]?) ${what}`).exec(line);
    return match === null
      ? 0
      : Math.round(
          Number((match[1] ?? '').replaceAll(',', '')) *
            (match[2] === 'k' ? 1_000 : match[2] === 'M' ? 1_000_000 : 1),
        );
  };
  const cost = /Cost: \$([\d.,]+) message/.exec(line);
  return {
    type: 'used',
    input: amount('sent'),
    output: amount('received'),
    cacheWrite: amount('cache write'),
    cacheRead: amount('cache hit'),
    usd: cost === null ? null : Number((cost[1] ?? '').replaceAll(',', '')),
  };
}
