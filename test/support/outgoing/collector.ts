import { layersOf, leakIn } from '../seeded-secrets.ts';

/** Everything that left, by kind; a test asks which kinds there were and what could be read in them. */
export interface Collector {
  sent(kind: string, content: unknown): void;
  /** Of every kind at least one was sent. */
  readonly kinds: ReadonlySet<string>;
  /** What of the secrets can be read, and where; empty when nothing. */
  leaks(secrets: readonly string[]): readonly string[];
}

export function collector(): Collector {
  const all: Array<readonly [kind: string, text: string]> = [];
  const kinds = new Set<string>();
  const known = new Set<string>();
  return {
    kinds,
    sent(kind, content) {
      kinds.add(kind);
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      if (text === undefined || known.has(text)) return;
      known.add(text);
      all.push([kind, text]);
    },
    leaks: (secrets) =>
      all.flatMap(([kind, text]) => {
        const layers = layersOf(text);
        return secrets.flatMap((secret) => {
          const how = leakIn(layers, secret);
          return how === null ? [] : [`${kind}: ${how}: ${excerpt(text, secret)}`];
        });
      }),
  };
}

/** Enough to find the place. */
function excerpt(text: string, secret: string): string {
  const at = Math.max(0, text.indexOf(secret.slice(0, 6)) - 120);
  return text.slice(at, at + 300);
}
