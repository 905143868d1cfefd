import { isRecord } from '../../lib/is-record.ts';
import type { KeyPath } from '../config-error.ts';
import type { SourceDocument } from '../source-document.ts';
import { type ConfigNote, note } from './note.ts';

/** Removes keys the schema does not know, in place, with a note for each. */
export function dropUnknown(
  raw: unknown,
  unknown: ReadonlyArray<{ path: KeyPath; keys: readonly string[] }>,
  document: SourceDocument,
): readonly ConfigNote[] {
  return unknown.flatMap(({ path, keys }) => {
    const owner = path.reduce<unknown>(
      (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
      raw,
    );
    if (!isRecord(owner)) return [];
    return keys.map((key) => {
      delete owner[key];
      return note(document, [...path, key], "doesn't apply here and is ignored");
    });
  });
}
