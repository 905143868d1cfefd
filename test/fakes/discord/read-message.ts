import type { Message } from './state.ts';

interface Component {
  readonly type: number;
  readonly label?: string;
  readonly placeholder?: string;
  readonly style?: number;
  readonly options?: readonly { readonly label: string }[];
}

/** A message as people see it, for texts that people review: `│` is the card's edge, `>` opens a link. */
export function readMessage(
  message: Pick<Message, 'content' | 'embeds' | 'components'> & {
    readonly files?: readonly string[];
  },
): string {
  const cards = message.embeds.map((embed) =>
    String(embed.description ?? '')
      .split('\n')
      .map((line) => `│ ${line}`)
      .join('\n'),
  );
  const rows = message.components.map((row) =>
    row.type === 10
      ? String(row.content)
      : (row.components as readonly Component[]).map(readComponent).join(' '),
  );
  return [
    message.content,
    ...cards,
    ...rows,
    ...(message.files ?? []).map((name) => `(file ${name})`),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

const readComponent = (component: Component): string =>
  component.type === 3
    ? `[${component.placeholder ?? ''} ▾ ${(component.options ?? []).map((option) => option.label).join(' | ')}]`
    : `[${component.label ?? ''}${component.style === 5 ? ' ↗' : ''}]`;
