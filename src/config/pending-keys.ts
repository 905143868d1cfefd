import { isRecord } from '../lib/is-record.ts';
import type { KeyPath } from './config-error.ts';
import type { ConfigNote } from './legacy-config.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * Keys the schema knows but nothing reads in this version. Whoever uses one is told so instead of waiting for something that never
 * happens; whoever builds the reader removes the line.
 */
export const PENDING_KEYS: readonly string[] = ['digest', 'plugins'];

/** One note for each pending key that is used in the file. */
export function pendingNotes(document: SourceDocument): readonly ConfigNote[] {
  const raw = document.toObject();
  return PENDING_KEYS.flatMap((pattern) => places(raw, pattern.split('.'), [])).map((path) => {
    const { line, keyPath } = document.error(path, '');
    return { line, keyPath, message: 'is accepted, but nothing reads it in this version' };
  });
}

/** Key paths in the file that a pattern with `<name>` stands for. */
function places(value: unknown, pattern: readonly string[], path: KeyPath): readonly KeyPath[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return [path];
  if (!isRecord(value)) return [];
  const keys = head === '<name>' ? Object.keys(value) : head in value ? [head] : [];
  return keys.flatMap((key) => places(value[key], rest, [...path, key]));
}
