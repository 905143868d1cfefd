import { useEffect, useState } from 'preact/hooks';
import type { PatchFile } from './patch.ts';

interface Looked {
  readonly head: string;
  /** The head that was looked at before that one. */
  readonly before: string | null;
}

/** The head that this person looked at before the present one, in this browser. Null: this is the first. */
export function useLookedBefore(session: string, head: string | null): string | null {
  const name = `ao:looked:${session}`;
  const known = read<Looked>(name);
  const next: Looked | null =
    head === null ? null : known?.head === head ? known : { head, before: known?.head ?? null };
  useEffect(() => {
    if (next !== null) localStorage.setItem(name, JSON.stringify(next));
  }, [name, head]);
  return next?.before ?? null;
}

/** Files that were marked as viewed, each by what its patch was then: one that changed since isn't viewed any more. */
export function useViewed(session: string) {
  const name = `ao:viewed:${session}`;
  const [marks, setMarks] = useState<Readonly<Record<string, string>>>(
    () => read<Record<string, string>>(name) ?? {},
  );
  const stateOf = (file: PatchFile): 'viewed' | 'changed' | 'new' => {
    const mark = marks[file.path];
    if (mark === undefined) return 'new';
    return mark === digest(file) ? 'viewed' : 'changed';
  };
  const set = (file: PatchFile, viewed: boolean): void => {
    const next = { ...marks, [file.path]: digest(file) };
    if (!viewed) delete next[file.path];
    localStorage.setItem(name, JSON.stringify(next));
    setMarks(next);
  };
  return { stateOf, set };
}

export type Viewed = ReturnType<typeof useViewed>;

/** Tells one patch of a file from another (FNV-1a). Where its lines are doesn't matter. */
function digest({ lines, change, binary, blob }: PatchFile): string {
  let hash = 0x811c9dc5;
  const mix = (text: string): void => {
    for (let at = 0; at < text.length; at += 1)
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  };
  mix(binary ? `${change} ${blob}` : change);
  for (const line of lines) if (line.kind !== 'hunk') mix(`\n${line.kind} ${line.text}`);
  return (hash >>> 0).toString(36);
}

function read<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}
