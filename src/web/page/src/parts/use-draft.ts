import { useEffect, useState } from 'preact/hooks';

/** What a person typed and the bot hasn't taken yet. */
export interface DraftText {
  readonly text: string;
  set(text: string): void;
  /**
   * The id to send this text with. The same for a retry and for another tab with the same text, so that the bot takes it once;
   * another one as soon as the text changes.
   */
  delivery(): string;
  /** It was taken. Empties the field in every tab. */
  clear(): void;
}

interface Kept {
  readonly text: string;
  readonly delivery: string | null;
}

/** Text under a name, kept in this browser until it is taken: over reloads, a bot that is down, and in every tab. */
export function useDraft(key: string, initial = ''): DraftText {
  const name = `ao:draft:${key}`;
  const [state, setState] = useState(() => ({ name, text: read(name)?.text ?? initial }));
  // Another key is another text at once, not after the next render.
  const text = state.name === name ? state.text : (read(name)?.text ?? initial);
  useEffect(() => {
    const onOtherTab = (event: StorageEvent): void => {
      if (event.key === name) setState({ name, text: read(name)?.text ?? '' });
    };
    addEventListener('storage', onOtherTab);
    return () => removeEventListener('storage', onOtherTab);
  }, [name]);
  return {
    text,
    set(next) {
      setState({ name, text: next });
      if (next === initial) localStorage.removeItem(name);
      else write(name, { text: next, delivery: null });
    },
    delivery() {
      const kept = read(name);
      if (kept?.text === text && kept.delivery !== null) return kept.delivery;
      const delivery = crypto.randomUUID();
      write(name, { text, delivery });
      return delivery;
    },
    clear() {
      setState({ name, text: initial });
      localStorage.removeItem(name);
    },
  };
}

function read(name: string): Kept | null {
  const kept = localStorage.getItem(name);
  if (kept === null) return null;
  try {
    const { text, delivery } = JSON.parse(kept) as Partial<Kept>;
    return typeof text === 'string' ? { text, delivery: delivery ?? null } : null;
  } catch {
    // Earlier versions kept the text alone.
    return { text: kept, delivery: null };
  }
}

const write = (name: string, kept: Kept): void => localStorage.setItem(name, JSON.stringify(kept));
